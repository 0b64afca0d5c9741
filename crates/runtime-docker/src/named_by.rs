use std::fmt;

/// Who says which engine is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// Nobody: it is where engines usually are.
    Custom,
    /// `DOCKER_HOST`, or the caller.
    Host,
    /// `DOCKER_CONTEXT`, which names this context.
    ContextVariable(String),
    /// `currentContext` in the settings of Docker's client, which names this context.
    CurrentContext(String),
}

impl NamedBy {
    pub(crate) fn context(&self) -> Option<&str> {
        match self {
            Self::Custom | Self::Host => None,
            Self::ContextVariable(name) | Self::CurrentContext(name) => Some(name),
        }
    }

    /// What chooses the usual engine again, as a command.
    pub(crate) const fn undone(&self) -> &'static str {
        match self {
            Self::Host => "unset DOCKER_HOST",
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
            Self::ContextVariable(name) => write!(f, "by context `{name}` of `DOCKER_CONTEXT`"),
            Self::CurrentContext(name) => write!(f, "by the current context `{name}`"),
        }
    }
}
