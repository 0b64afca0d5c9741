use bollard::models::{ContainerCreateBody, HealthConfig};
use plimsoll_model::Container;

use crate::facts::Facts;

/// How containers of an image that somebody else made differ from ours: as the workload says, else as the image has it.
#[derive(Clone, Debug)]
pub(crate) struct Foreign {
    pub(crate) container: Container,
    pub(crate) facts: Facts,
}

impl Foreign {
    /// Makes a request for one of our own images one for this. Takes the arguments that a service is told its address
    /// in, or a command's.
    pub(crate) fn shape(&self, body: &mut ContainerCreateBody, args: Vec<String>, serves: bool) {
        let Container { entrypoint, command, user, folder, tmpfs, read_only, port: _ } = &self.container;
        // As with `docker run`: arguments stand instead of the image's own. A service's are more of them.
        let own = || match entrypoint {
            None if serves && !args.is_empty() => self.facts.command.clone(),
            _ => Vec::new(),
        };
        let mut words = command.clone().unwrap_or_else(own);
        words.extend(args);
        body.entrypoint = entrypoint.clone();
        // The engine takes an empty command for none; beside an entry point of the request's own it adds nothing.
        if command.is_some() && words.is_empty() && entrypoint.is_none() {
            body.entrypoint = Some(self.facts.entrypoint.clone()).filter(|words| !words.is_empty());
        }
        body.cmd = (!words.is_empty()).then_some(words);
        body.user = user.clone();
        body.working_dir = folder.clone();
        // The engine would run one again and again beside the load.
        body.healthcheck = Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..Default::default() });
        let host = body.host_config.get_or_insert_default();
        host.readonly_rootfs = Some(*read_only);
        host.cap_drop = None;
        host.security_opt = None;
        host.tmpfs =
            (!tmpfs.is_empty()).then(|| tmpfs.iter().map(|at| (at.clone(), String::new())).collect());
    }

    /// The first word that a container of such a request is called by.
    pub(crate) fn called(&self, body: &ContainerCreateBody) -> Option<String> {
        let entrypoint = body.entrypoint.as_ref().unwrap_or(&self.facts.entrypoint);
        // The image's own command does not stand after another entry point.
        let own = if body.entrypoint.is_some() { &[][..] } else { &self.facts.command[..] };
        let command = body.cmd.as_deref().unwrap_or(own);
        entrypoint.iter().chain(command).next().cloned()
    }

    /// That the image's own `CMD` calls its entry point, where it does in such a request: what is run in other lanes is not
    /// called so. `name`: the image's.
    pub(crate) fn brings(&self, name: &str, body: &ContainerCreateBody, serves: bool) -> Option<String> {
        let Facts { entrypoint, command, .. } = &self.facts;
        let is_called =
            body.entrypoint.is_none() && !entrypoint.is_empty() && self.container.command.is_none();
        let stays = is_called && !command.is_empty() && (serves || body.cmd.is_none());
        let words = || command.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
        stays.then(|| {
            format!(
                "`{name}` calls its program with {} of its own (its `CMD`), which no other lane gets: `command` under \
                 `[container]` says another one",
                words()
            )
        })
    }

    /// In which way it is not like a container of ours.
    pub(crate) fn remark(&self, name: &str, pulled: bool) -> String {
        let root = if self.container.read_only { "read-only" } else { "writable" };
        let health = if self.facts.has_healthcheck { "; its `HEALTHCHECK` is not used" } else { "" };
        let said = if self.container.is_usual() { "" } else { " where its workload says nothing else" };
        let kept = match pulled {
            true => format!("; it was pulled, and stays in the engine until `docker rmi {name}`"),
            false => String::new(),
        };
        format!(
            "`{name}` runs as its image has it{said}: root file system {root}, the engine's usual capabilities{health}{kept}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|&word| word.to_owned()).collect()
    }

    fn shaped(container: Container, args: &[&str], serves: bool) -> ContainerCreateBody {
        let facts = Facts { entrypoint: words(&["/e"]), command: words(&["c"]), ..Facts::default() };
        let mut body = ContainerCreateBody::default();
        Foreign { container, facts }.shape(&mut body, words(args), serves);
        body
    }

    fn run(container: Container, args: &[&str], serves: bool) -> (Option<Vec<String>>, Option<Vec<String>>) {
        let body = shaped(container, args, serves);
        (body.entrypoint, body.cmd)
    }

    #[test]
    fn arguments_follow_a_service_s_own_command_and_stand_instead_of_a_command_s() {
        let usual = Container::default;
        assert_eq!(run(usual(), &[], true), (None, None));
        assert_eq!(run(usual(), &["-p", "1"], true), (None, Some(words(&["c", "-p", "1"]))));
        assert_eq!(run(usual(), &["a"], false), (None, Some(words(&["a"]))));
        let entry = || Container { entrypoint: Some(words(&["/x"])), ..Container::default() };
        assert_eq!(run(entry(), &["a"], true), (Some(words(&["/x"])), Some(words(&["a"]))));
        let command = |list| Container { command: Some(words(list)), ..Container::default() };
        assert_eq!(run(command(&["b"]), &["a"], true), (None, Some(words(&["b", "a"]))));
        assert_eq!(run(command(&[]), &[], true), (Some(words(&["/e"])), None));
    }

    #[test]
    fn what_an_image_calls_its_program_with_is_told_where_it_stays() {
        let told = |facts: Facts, container: Container, args: &[&str], serves| {
            let mut body = ContainerCreateBody::default();
            let foreign = Foreign { container, facts };
            foreign.shape(&mut body, words(args), serves);
            foreign.brings("cart", &body, serves)
        };
        let facts = || Facts { entrypoint: words(&["/e"]), command: words(&["-m", "a"]), ..Facts::default() };
        let usual = Container::default;
        for (args, serves) in [(&[][..], true), (&["-p"], true), (&[], false)] {
            assert!(told(facts(), usual(), args, serves).unwrap().contains("`-m` `a` of its own"));
        }
        let command = || Container { command: Some(words(&["b"])), ..Container::default() };
        let alone = || Facts { entrypoint: Vec::new(), ..facts() };
        for none in [
            told(facts(), usual(), &["b"], false),
            told(facts(), command(), &[], true),
            told(alone(), usual(), &[], true),
        ] {
            assert_eq!(none, None);
        }
    }

    #[test]
    fn rights_and_root_are_the_image_s_unless_the_workload_says_otherwise() {
        let host = shaped(Container::default(), &[], true).host_config.unwrap();
        assert_eq!((host.readonly_rootfs, host.cap_drop, host.security_opt), (Some(false), None, None));
        let tmpfs = words(&["/tmp"]);
        let said = Container { read_only: true, tmpfs, user: Some("9".to_owned()), ..Container::default() };
        let body = shaped(said, &[], true);
        assert_eq!(body.user.as_deref(), Some("9"));
        assert_eq!(body.healthcheck.unwrap().test.unwrap(), ["NONE"]);
        let host = body.host_config.unwrap();
        assert_eq!((host.readonly_rootfs, host.tmpfs.unwrap().len()), (Some(true), 1));
    }
}
