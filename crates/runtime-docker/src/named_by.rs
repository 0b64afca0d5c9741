use std::fmt;

/// Who says which engine is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NamedBy {
    /// Nobody: it is where engines usually are.
    #[default]
    Custom,
    /// `DOCKER_HOST`, or the caller.
    Host,
    /// `CONTAINER_HOST`.
    ContainerHost,
    /// The lane itself.
    Lane,
    /// `DOCKER_CONTEXT`, which names this context.
    ContextVariable(String),
    /// `currentContext` in the settings of Docker's client, which names this context.
    CurrentContext(String),
}

impl NamedBy {
    pub(crate) fn context(&self) -> Option<&str> {
        match self {
            Self::Custom | Self::Host | Self::ContainerHost | Self::Lane => None,
            Self::ContextVariable(name) | Self::CurrentContext(name) => Some(name),
        }
    }

    /// What chooses the usual engine again, as a command where there is one.
    pub(crate) const fn undone(&self) -> &'static str {
        match self {
            Self::Host => "unset DOCKER_HOST",
            Self::ContainerHost => "unset CONTAINER_HOST",
            Self::Lane => "correct the lane's parameter `engine`, or leave it out",
            Self::ContextVariable(_) => "unset DOCKER_CONTEXT",
            Self::Custom | Self::CurrentContext(_) => "docker context use default",
        }
    }

    /// The same as it stands in a sentence.
    pub(crate) fn told_undone(&self) -> String {
        match self {
            Self::Lane => self.undone().to_owned(),
            _ => format!("`{}`", self.undone()),
        }
    }

    /// What is to be done about an engine that does not answer: whoever names it may have named the wrong one. `usual`: where
    /// nobody does.
    pub(crate) fn way_out(&self, host: &str, usual: &str) -> String {
        let is_usual = !host.starts_with("tcp://");
        match self {
            Self::Custom => usual.to_owned(),
            Self::Host | Self::ContextVariable(_) | Self::CurrentContext(_) if is_usual => {
                format!("{}; or {usual}", self.undone())
            }
            _ => format!("{}; or start the engine at `{host}`", self.undone()),
        }
    }
}

impl fmt::Display for NamedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Custom => f.write_str("by custom"),
            Self::Host => f.write_str("by `DOCKER_HOST`"),
            Self::ContainerHost => f.write_str("by `CONTAINER_HOST`"),
            Self::Lane => f.write_str("by the lane's parameter `engine`"),
            Self::ContextVariable(name) => write!(f, "by context `{name}` of `DOCKER_CONTEXT`"),
            Self::CurrentContext(name) => write!(f, "by the current context `{name}`"),
        }
    }
}
