//! HTTPS with the roots that the system trusts, and without OpenSSL.

use rustls::crypto::{CryptoProvider, ring};

/// Chooses what does the cryptography, where nobody has chosen yet.
pub(crate) fn choose() {
    if CryptoProvider::get_default().is_none() {
        // Somebody else chose in between: that one does as well.
        let _ = ring::default_provider().install_default();
    }
}
