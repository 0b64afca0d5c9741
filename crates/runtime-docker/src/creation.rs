//! Whether the engine takes a container, found out before any trial.

use bollard::query_parameters::CreateContainerOptionsBuilder;

use crate::DockerError;
use crate::container::Recipe;
use crate::daemon::{Call, Daemon};
use crate::leftover::Leftover;

/// Creates a container as a trial would, without starting it, and removes it. Gives what the engine warned of: limits
/// that it discards, say.
pub(crate) async fn try_out(
    daemon: &Daemon,
    recipe: &Recipe,
    image: u32,
) -> Result<Vec<String>, DockerError> {
    let name = format!("{}-tried", recipe.name(image));
    let mut leftover = Leftover::guard(daemon.clone(), name.clone(), &recipe.conditions.owner);
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    let creation = daemon.client.create_container(Some(options), recipe.body(None));
    match daemon.call(Call::CREATE, creation).await {
        Ok(created) => {
            leftover.created();
            leftover.remove().await?;
            Ok(created.warnings.into_iter().filter(|warning| !warning.is_empty()).collect())
        }
        Err(DockerError::Api { status: 409, message, .. }) => {
            leftover.disarm();
            Err(DockerError::Taken { name, message })
        }
        Err(error) => Err(error),
    }
}
