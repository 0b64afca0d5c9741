use schemars::JsonSchema;
use serde::Deserialize;

/// What of a container is there before the clock starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Begin {
    /// Nothing: it is created and started.
    #[default]
    Create,
    /// It is created, and has never run: it is started.
    Start,
    /// It has run once and has stopped: it is started again.
    Restart,
    /// It runs, and nothing in it: a process is started in it.
    Exec,
    /// It has answered once and is paused: it goes on.
    Unpause,
}

impl Begin {
    /// The word for it in a lane.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Start => "start",
            Self::Restart => "restart",
            Self::Exec => "exec",
            Self::Unpause => "unpause",
        }
    }

    /// What a start makes, and what it is then called.
    pub(crate) const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Create => ["a new container", "the container"],
            Self::Start => ["a container made before", "the container made before"],
            Self::Restart => ["a container that ran before", "the container that ran before"],
            Self::Exec => ["a process in a running container", "the process in a running container"],
            Self::Unpause => ["a paused container", "the paused container"],
        }
    }

    /// What the clock does not see, in a sentence.
    pub(crate) const fn unseen(self) -> Option<&'static str> {
        match self {
            Self::Create => None,
            Self::Start => Some(
                "Its container is created before the clock starts: cold start begins with the call that starts it.",
            ),
            Self::Restart => Some(
                "Its container is created, started once and stopped before the clock starts: cold start begins with the call \
                 that starts it again. What the program reads is in the page cache by then.",
            ),
            Self::Exec => Some(
                "Its container runs before the clock starts, with a program of ours that only sleeps (`/plimsoll-idle`, mounted \
                 read-only): cold start begins with the call that tells the engine what to run in it. That program stays beside \
                 the workload, and its few pages are counted with it.",
            ),
            Self::Unpause => Some(
                "Its container runs, has answered once and is paused before the clock starts: cold start begins with the call \
                 that lets it go on, and starts no process. It holds its memory while it is paused, and a service's \
                 connections.",
            ),
        }
    }
}
