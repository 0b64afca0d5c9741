use std::path::Path;
use std::time::Duration;

use oci_spec::image::{ImageIndex, ImageManifest};
use plimsoll_files::sha256;
use tokio::time::timeout;

use crate::blobs::list;
use crate::bounded::{Gathered, LARGEST_LIST, checked, parsed};
use crate::choice;
use crate::connection::{Repository, TimeLimits};
use crate::layout::OciFolder;
use crate::login::Login;
use crate::problem::OciProblem;
use crate::reference::Reference;
use crate::wasm::{self, PulledWasm};

/// How long a pull may take.
const LIMITS: TimeLimits = TimeLimits { silent: Duration::from_secs(60), whole: Duration::from_secs(600) };

/// Pulls the WebAssembly of an artifact from its registry, with the user's own login as Docker's client keeps it in a
/// folder. Only what is on this machine is spoken to without TLS.
///
/// # Errors
/// When the registry does not give it, or it is not what it should be.
pub async fn pull_wasm(reference: &Reference<'_>, settings: Option<&Path>) -> Result<PulledWasm, OciProblem> {
    pull_within(reference, settings, LIMITS).await
}

async fn pull_within(
    reference: &Reference<'_>,
    settings: Option<&Path>,
    limits: TimeLimits,
) -> Result<PulledWasm, OciProblem> {
    let login = Login::at(reference.registry(), settings).await;
    let pulling = pull(reference, login, limits);
    timeout(limits.whole, pulling).await.unwrap_or_else(|_| {
        let after_ms = limits.whole.as_millis() as u64;
        Err(OciProblem::TooSlow { registry: reference.registry().to_owned(), after_ms })
    })
}

async fn pull(reference: &Reference<'_>, login: Login, limits: TimeLimits) -> Result<PulledWasm, OciProblem> {
    if !reference.names_registry() {
        return Err(OciProblem::NoName);
    }
    let connection = Repository::open(reference, login, limits)?;
    let what = format!("the manifest `{}`", reference.tag);
    let text = connection.list(reference.tag, Gathered::new(&what, None, LARGEST_LIST)?).await?;
    let text = match reference.tag.contains(':') {
        true => checked(&what, reference.tag, text)?,
        false => text,
    };
    let digest = format!("sha256:{}", sha256(&text));
    // An index has what no manifest has.
    let bytes = match serde_json::from_slice::<ImageIndex>(&text) {
        Ok(index) => {
            let chosen = choice::wasm(&index)?;
            let manifest: ImageManifest = parsed("manifest", &list(&connection, chosen).await?)?;
            wasm::of(&connection, &manifest).await?
        }
        Err(_) => wasm::of(&connection, &parsed("manifest", &text)?).await?,
    };
    Ok(PulledWasm { bytes, digest })
}

/// The WebAssembly of the artifact in a layout.
///
/// # Errors
/// When it holds none, or it is not what it should be.
pub async fn wasm_in(folder: &Path) -> Result<PulledWasm, OciProblem> {
    let layout = OciFolder::open(folder)?;
    let (manifest, digest) = layout.manifest(choice::wasm).await?;
    Ok(PulledWasm { bytes: wasm::of(&layout, &manifest).await?, digest })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    const SHORT: TimeLimits =
        TimeLimits { silent: Duration::from_millis(300), whole: Duration::from_secs(60) };

    #[tokio::test]
    async fn a_registry_that_never_answers_is_given_up() {
        let mute = TcpListener::bind("127.0.0.1:0").unwrap();
        let name = format!("{}/a:1", mute.local_addr().unwrap());
        let problem = pull_within(&Reference::of(&name).unwrap(), None, SHORT).await.unwrap_err();
        assert!(matches!(problem, OciProblem::Silent { after_ms: 300, .. }), "{problem}");
    }

    #[tokio::test]
    async fn a_registry_that_answers_drop_by_drop_is_given_up() {
        let slow = TcpListener::bind("127.0.0.1:0").unwrap();
        let name = format!("{}/a:1", slow.local_addr().unwrap());
        let dripping = std::thread::spawn(move || {
            let (mut stream, _) = slow.accept().unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
            // Until whoever asked goes away.
            while stream.read(&mut [0]).is_err() && stream.write_all(b" ").is_ok() {}
        });
        let limits = TimeLimits { silent: Duration::from_secs(60), whole: Duration::from_millis(500) };
        let problem = pull_within(&Reference::of(&name).unwrap(), None, limits).await.unwrap_err();
        assert!(matches!(problem, OciProblem::TooSlow { after_ms: 500, .. }), "{problem}");
        tokio::task::spawn_blocking(move || dripping.join().unwrap()).await.unwrap();
    }
}
