use std::time::Duration;

use plimsoll_model::{Failure, FailureKind, Phase};
use plimsoll_runtime::{Exit, Instance};

use crate::Cancel;
use crate::halt::{Halt, ended_early};

/// How long after a broken connection the end of the instance may take to be known: an engine tells it late.
const END_LIMIT: Duration = Duration::from_secs(2);
/// How often it is asked meanwhile.
const LOOK: Duration = Duration::from_millis(20);

/// A load that broke, told as the end of the instance where that is what broke it.
pub(super) async fn explained(halt: Halt, instance: &mut dyn Instance, cancel: &Cancel) -> Halt {
    let Halt::Failed(failure) = halt else { return halt };
    // A wrong answer was given by an instance that lives, and one that is late has not broken anything.
    if failure.kind != FailureKind::Exited {
        return Halt::Failed(failure);
    }
    tokio::select! {
        exit = tokio::time::timeout(END_LIMIT, end_of(instance)) => Halt::Failed(match exit {
            Ok(exit) => with_end(&failure, &exit),
            Err(_) => failure,
        }),
        () = cancel.cancelled() => Halt::Cancelled,
    }
}

async fn end_of(instance: &mut dyn Instance) -> Exit {
    loop {
        if let Some(exit) = instance.ended().await {
            return exit;
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn with_end(failure: &Failure, exit: &Exit) -> Failure {
    let ended = ended_early(exit, Phase::Serve, "under load");
    Failure { message: format!("{}; {}", ended.message, failure.message), ..ended }
}
