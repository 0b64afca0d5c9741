//! Whether the engine takes a container, found out before any trial.

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::CreateContainerOptionsBuilder;
use plimsoll_runtime::GivenFolders;

use crate::DockerError;
use crate::container::Recipe;
use crate::daemon::{Call, Daemon};
use crate::granted;
use crate::leftover::Leftover;

/// A container that is not started yet.
pub(crate) struct Created {
    pub(crate) leftover: Leftover,
    /// Its id.
    pub(crate) container: String,
    /// What the engine warned of.
    warnings: Vec<String>,
    // After what removes the container, which has them.
    given: GivenFolders,
}

/// Creates a container as a trial would, without starting it, and removes it. Gives what the engine warned of: limits
/// that it discards, say.
pub(crate) async fn try_out(
    daemon: &Daemon,
    recipe: &Recipe,
    image: u32,
) -> Result<Vec<String>, DockerError> {
    let name = format!("{}-tried", recipe.name(image));
    let mut created = Box::pin(create(daemon, recipe, name, recipe.trial())).await?;
    let seen = Box::pin(granted::check(daemon, &created.container, &created.given)).await;
    created.leftover.remove().await?;
    created.given.remove()?;
    seen?;
    Ok(created.warnings.into_iter().filter(|warning| !warning.is_empty()).collect())
}

/// Creates one under a name that nobody else may have.
pub(crate) async fn create(
    daemon: &Daemon,
    recipe: &Recipe,
    name: String,
    mut body: ContainerCreateBody,
) -> Result<Created, DockerError> {
    let given = GivenFolders::make(&recipe.folders, &recipe.conditions.owner)?;
    granted::mount(&given, body.host_config.get_or_insert_default());
    let mut leftover = Leftover::guard(daemon.clone(), name.clone(), &recipe.conditions.owner);
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    match daemon.call(Call::CREATE, daemon.client.create_container(Some(options), body)).await {
        Ok(created) => {
            leftover.created();
            Ok(Created { leftover, container: created.id, warnings: created.warnings, given })
        }
        Err(DockerError::Api { status: 409, message, .. }) => {
            leftover.disarm();
            Err(DockerError::Taken { name, message })
        }
        Err(error) => Err(granted::explain(daemon, &given, recipe.explain_create(error))),
    }
}
