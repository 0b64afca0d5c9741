//! What lanes answered as what is right.

use plimsoll_engine::Hearing;
use plimsoll_model::{Compare, Slug, Workload};

use super::Right;
use crate::Error;

/// The workload with what the first lane gave as what is expected, and with what was said beside. What changes from one
/// answer of any lane to its next is left out in all.
///
/// # Errors
/// When what was said can't be true of what was heard.
pub(super) fn recorded<'h>(
    workload: &Workload,
    (lane, first): (&Slug, &Hearing),
    others: impl Iterator<Item = &'h Hearing>,
    right: &Right,
) -> Result<Workload, Error> {
    let mut recorded = first.recorded(workload, lane);
    for hearing in others {
        for (exchange, heard) in recorded.job.exchanges_mut().zip(&hearing.answers) {
            if exchange.expect.compare == Compare::Json {
                exchange.expect.leave_out(&heard.left_out);
            }
        }
    }
    for exchange in recorded.job.exchanges_mut() {
        let heard = exchange.expect.status;
        if let Some(said) = right.status.filter(|said| *said != heard) {
            return Err(Error::usage(format!("`{}` answers with status {heard}, not {said}", exchange.path))
                .with_hint("say the status that is right, or ask for another path"));
        }
        match exchange.expect.compare {
            _ if right.left_out.is_empty() => {}
            Compare::Json => exchange.expect.leave_out(&right.left_out),
            // A schema says itself what of an answer counts.
            Compare::Schema => {}
            Compare::Bytes | Compare::Pixels | Compare::Status => {
                return Err(Error::usage(format!(
                    "the answer to `{}` is no JSON, of which a place could be left out",
                    exchange.path
                ))
                .with_hint("leave out `--leave-out`"));
            }
        }
    }
    Ok(recorded)
}
