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

    /// What chooses the usual engine again, as a command.
    pub(crate) const fn undone(&self) -> &'static str {
        match self {
            Self::Host => "unset DOCKER_HOST",
            Self::ContainerHost => "unset CONTAINER_HOST",
            Self::Lane => "leave the lane's parameter `engine` out",
            Self::ContextVariable(_) => "unset DOCKER_CONTEXT",
            Self::Custom | Self::CurrentContext(_) => "docker context use default",
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
