//! Requests in the order in which a line tells them.

use clap::{ArgAction, ArgMatches, Command};

/// What flags that tell a service of one's own stand under in the help.
pub(super) const HEADING: &str = "Your own service";

/// As they are told: each kind by itself.
#[derive(clap::Args)]
struct RequestFlags {
    /// Ask for this path; may be given more than once. The first right answer to the first question is readiness.
    #[arg(long = "get", value_name = "PATH", help_heading = HEADING)]
    gets: Vec<String>,

    /// Post this: BODY is text, or `@` and the name of a file.
    #[arg(long = "post", value_names = ["PATH", "BODY"], num_args = 2, action = ArgAction::Append, help_heading = HEADING)]
    posts: Vec<String>,

    /// Put this.
    #[arg(long = "put", value_names = ["PATH", "BODY"], num_args = 2, action = ArgAction::Append, help_heading = HEADING)]
    puts: Vec<String>,
}

/// One of them.
struct LineRequest {
    /// Where its path stands in the line.
    at: usize,
    method: &'static str,
    path: String,
    body: Option<String>,
}

/// All requests of a line, in its order.
pub(super) struct LineRequests(Vec<LineRequest>);

impl LineRequests {
    /// Method, path and body of each.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&str, &str, Option<&str>)> {
        self.0.iter().map(|request| (request.method, request.path.as_str(), request.body.as_deref()))
    }
}

impl clap::Args for LineRequests {
    fn augment_args(command: Command) -> Command {
        RequestFlags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        RequestFlags::augment_args_for_update(command)
    }
}

impl clap::FromArgMatches for LineRequests {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let RequestFlags { gets, posts, puts } = RequestFlags::from_arg_matches(matches)?;
        let mut all = Vec::new();
        for (id, method, values, width) in
            [("gets", "GET", gets, 1), ("posts", "POST", posts, 2), ("puts", "PUT", puts, 2)]
        {
            let places: Vec<usize> = matches.indices_of(id).into_iter().flatten().collect();
            for (places, values) in places.chunks(width).zip(values.chunks(width)) {
                if let ([at, ..], [path, body @ ..]) = (places, values) {
                    let (path, body) = (path.clone(), body.first().cloned());
                    all.push(LineRequest { at: *at, method, path, body });
                }
            }
        }
        all.sort_by_key(|request| request.at);
        Ok(Self(all))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
