/// The label on every container, image and network of ours; its value is the owner's
/// [`label`](plimsoll_runtime::Owner::label).
pub const OWNER_LABEL: &str = "dev.plimsoll.owner";
