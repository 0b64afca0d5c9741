use std::io;
use std::path::PathBuf;

use plimsoll_files::Unread;
use plimsoll_model::FailureKind;

/// Why an artifact can't be had from a registry or a layout.
#[derive(Debug, thiserror::Error)]
pub enum OciProblem {
    /// That is no name of an artifact.
    #[error("that is no name of an artifact: write `oci://host/name:tag` or `oci://host/name@sha256:…`")]
    NoName,
    /// The registry does not have it.
    #[error("the registry `{registry}` does not have it: check its name and its tag")]
    NotFound {
        /// The registry.
        registry: String,
    },
    /// The registry wants to know who asks, or refuses whoever asks.
    #[error("the registry needs a login. {login}. Run `docker login {registry}`")]
    NeedsLogin {
        /// The registry.
        registry: String,
        /// What became of the user's own login.
        login: String,
    },
    /// The registry forbids it to whoever asks.
    #[error(
        "the registry `{registry}` forbids it{words}: run `docker login {registry}` as somebody who may read it, or ask whoever keeps it"
    )]
    Forbidden {
        /// The registry.
        registry: String,
        /// Its first words, with what parts them from the rest; empty where it says nothing.
        words: String,
    },
    /// The registry gives no more for now.
    #[error(
        "the registry `{registry}` gives no more for a while{}: wait, or run `docker login {registry}`",
        after.as_deref().map_or_else(String::new, |after| format!(" (its `Retry-After` is {after})"))
    )]
    TooMany {
        /// The registry.
        registry: String,
        /// When to ask again, as the registry says it; absent where it says nothing.
        after: Option<String>,
    },
    /// The registry is not reached.
    #[error("the registry `{registry}` is not reached: {message}. Is the name right, and the network up?")]
    Unreached {
        /// The registry.
        registry: String,
        /// What the connection says.
        message: String,
    },
    /// An answer of the registry ends before its end.
    #[error(
        "the registry `{registry}` broke off in the middle of an answer: {message}. Ask again; if it stays so, see its log"
    )]
    Cut {
        /// The registry.
        registry: String,
        /// What the connection says.
        message: String,
    },
    /// The registry sends from one address to the next.
    #[error(
        "the registry `{registry}` sends on from one address to the next without an end: see how it, or the proxy before it, is set up"
    )]
    Circles {
        /// The registry.
        registry: String,
    },
    /// Who gives tokens for the registry gives none.
    #[error(
        "the registry `{registry}` sends whoever asks to `{issuer}` for a token, and {why}: is that one up, and is it meant?"
    )]
    NoToken {
        /// The registry.
        registry: String,
        /// Where it sends to.
        issuer: String,
        /// What came of it.
        why: String,
        /// What that means for a trial.
        kind: FailureKind,
    },
    /// The registry has a manifest without all that it names.
    #[error(
        "the registry `{registry}` has its manifest and not `{digest}`, which that names: push it again, whole"
    )]
    PartMissing {
        /// The registry.
        registry: String,
        /// The digest of the part.
        digest: String,
    },
    /// Nothing is heard of a registry.
    #[error(
        "nothing came from the registry `{registry}` for {after_ms} ms: is it up? Run it again when it answers"
    )]
    Silent {
        /// The registry.
        registry: String,
        /// The limit in milliseconds.
        after_ms: u64,
    },
    /// A pull goes on for too long.
    #[error(
        "it was not pulled from `{registry}` within {after_ms} ms: pull it yourself, e.g. with `wkg oci pull`, and name the file"
    )]
    TooSlow {
        /// The registry.
        registry: String,
        /// The limit in milliseconds.
        after_ms: u64,
    },
    /// The registry answers something else.
    #[error("the registry `{registry}` answered {status}{words}: see its log, or ask again later")]
    Answered {
        /// The registry.
        registry: String,
        /// HTTP status.
        status: u16,
        /// Its first words, with what parts them from the status; empty where it says nothing.
        words: String,
    },
    /// TLS can't be had.
    #[error("HTTPS can't be spoken here: {message}. Install `ca-certificates`")]
    NoTls {
        /// What the library says.
        message: String,
    },
    /// A part states, or has, more bytes than are read.
    #[error("{what} has {bytes} bytes or more, and at most {limit} are read: name a smaller one")]
    TooLarge {
        /// Which part.
        what: String,
        /// How many it states, or were read.
        bytes: u64,
        /// The most.
        limit: u64,
    },
    /// A part goes on beyond what is said of it.
    #[error(
        "{what} goes on beyond the {promised} bytes that its manifest says: it is damaged or forged. Push it again"
    )]
    Longer {
        /// Which part.
        what: String,
        /// How many bytes its manifest says.
        promised: u64,
    },
    /// A part has more of something than it may have.
    #[error("{what} has more than {limit} parts, and no artifact has so many: do not trust it")]
    TooManyParts {
        /// Which part.
        what: &'static str,
        /// The most.
        limit: usize,
    },
    /// A part is not what was said of it.
    #[error(
        "{what} is not what was promised (it has {found}): it is damaged or forged. Push it again; or, where it is a folder, copy that again, whole"
    )]
    Differs {
        /// Which part, by its digest.
        what: String,
        /// What it has instead.
        found: String,
    },
    /// A part is named by a digest of another algorithm.
    #[error("{what} is named by no SHA-256 digest: make it again with such a one")]
    OtherDigest {
        /// Which part.
        what: String,
    },
    /// A list of parts does not read.
    #[error(
        "its {list} does not read: {problem}. Push it again; or, where it is a folder, copy that again, whole"
    )]
    List {
        /// Which list.
        list: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Its manifest names no layer.
    #[error("its manifest names no layer, so that nothing is in it: push it again")]
    NoLayer,
    /// There is no WebAssembly in it.
    #[error(
        "it is an ordinary image without any WebAssembly: name it with `--image`, or with `image` under `[artifacts]`"
    )]
    Ordinary,
    /// There are several files of WebAssembly in it.
    #[error("it holds {count} files of WebAssembly, and which is meant is not told: push that one alone")]
    Several {
        /// How many.
        count: usize,
    },
    /// What should be WebAssembly is something else.
    #[error("its `{layer}` is no WebAssembly in its binary form: push a `.wasm` file")]
    NotWasm {
        /// The layer's type, or the file's name.
        layer: String,
    },
    /// A layer is packed in a way that is not read here.
    #[error(
        "its layer is packed with Zstandard, which is not read here: push it with gzip, or as one layer `application/wasm`"
    )]
    Zstandard,
    /// A layer is no tar, or one that is cut off.
    #[error("its layer is no tar, or is cut off: {0}. Make it again")]
    Tar(io::Error),
    /// A file in a layer leads out of it.
    #[error("its entry `{entry}` leads out of the layer, and no artifact needs that: do not trust it")]
    Climbs {
        /// The entry.
        entry: String,
    },
    /// It is WebAssembly, where an image is meant.
    #[error("it is WebAssembly: name it with `--wasm`, or with `component` under `[artifacts]`")]
    Wasm,
    /// It is made for other machines alone.
    #[error("it is made for {has}, and this machine runs {needs}: choose one for {needs}")]
    OtherMachine {
        /// What it is made for.
        has: String,
        /// What it should be made for.
        needs: String,
    },
    /// It holds several images or artifacts, or none.
    #[error(
        "it holds {count} that could be meant: copy the one that is meant to a layout of its own, e.g. with `skopeo copy`"
    )]
    NotOne {
        /// How many.
        count: usize,
    },
    /// It is no layout.
    #[error(
        "it is no OCI layout, for it has no right `oci-layout`: make it with `skopeo copy … oci:DIR`, or with `docker buildx build --output type=oci,tar=false,dest=DIR`"
    )]
    NoLayout,
    /// A part of a layout is reached through a symbolic link.
    #[error("its `{}` is a symbolic link, which can lead out of the layout, and no layout needs one: do not trust it", path.display())]
    Link {
        /// The part, relative to the layout.
        path: PathBuf,
    },
    /// A part of a layout can't be read.
    #[error("its `{}` can't be read: {fault}. Copy it again, whole", path.display())]
    Part {
        /// The part, relative to the layout.
        path: PathBuf,
        /// Why not.
        fault: Unread,
    },
}

impl OciProblem {
    /// What it means for a trial.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Silent { .. } | Self::TooSlow { .. } => FailureKind::TimedOut,
            Self::TooMany { .. }
            | Self::Unreached { .. }
            | Self::Cut { .. }
            | Self::Circles { .. }
            | Self::Answered { .. }
            | Self::NoTls { .. } => FailureKind::Other,
            Self::NoToken { kind, .. } => *kind,
            _ => FailureKind::BadArtifact,
        }
    }
}
