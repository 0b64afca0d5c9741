//! An engine that speaks only with whom it knows, named as Docker's client is told of it.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;

use plimsoll_model::Availability;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType};

use crate::ground::{bridge, runs_both};
use crate::second::Second;

/// In a network of the engine's own.
const ADDRESS: &str = "tcp://127.0.0.1:2376";
/// Says that this process is the one which is to speak with it.
const INSIDE: &str = "PLIMSOLL_TEST_INSIDE";

/// Writes what vouches for both sides, and what each shows: the engine in `engine`, the user in `user`.
fn write_keys(folder: &Path) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    for (name, purpose) in
        [("engine", ExtendedKeyUsagePurpose::ServerAuth), ("user", ExtendedKeyUsagePurpose::ClientAuth)]
    {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
        params.extended_key_usages = vec![purpose];
        let own = folder.join(name);
        fs::create_dir(&own).unwrap();
        fs::write(own.join("ca.pem"), &certificate).unwrap();
        fs::write(own.join("cert.pem"), params.signed_by(&key, &issuer).unwrap().pem()).unwrap();
        fs::write(own.join("key.pem"), key.serialize_pem()).unwrap();
    }
}

#[test]
fn an_engine_behind_tls_is_used_by_the_keys_that_are_named_and_not_without() {
    let folder = tempfile::tempdir().unwrap();
    write_keys(folder.path());
    let own = folder.path().join("engine");
    let flags = format!(
        "--host {ADDRESS} --tlsverify --tlscacert {0}/ca.pem --tlscert {0}/cert.pem --tlskey {0}/key.pem",
        own.display()
    );
    let second = Second::start(&flags, &[]);
    let inside = |keys: &str| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "tls::inside", "--ignored", "--nocapture"]);
        child.env(INSIDE, keys).env("DOCKER_HOST", ADDRESS).env_remove("DOCKER_CONTEXT");
        child.env("DOCKER_TLS_VERIFY", "1").env("DOCKER_CERT_PATH", folder.path().join(keys));
        let told = second.inside(async || child.output().unwrap());
        assert!(told.status.success(), "{keys}: {}", String::from_utf8_lossy(&told.stderr));
    };
    inside("user");
    // It takes no user who shows a certificate that is meant for engines.
    inside("engine");
}

/// In a process of its own, with another environment.
#[tokio::test]
#[ignore = "is carried out by another test, with the environment that it is about"]
async fn inside() {
    let Ok(keys) = std::env::var(INSIDE) else { return };
    let runtime = bridge();
    let found = runtime.tried().await;
    if keys == "engine" {
        let Availability::Unavailable { problem, .. } = found else { panic!("{found:?}") };
        assert!(problem.contains("127.0.0.1:2376"), "{problem}");
        return;
    }
    let Availability::Available { detail } = found else { panic!("{found:?}") };
    assert!(detail.contains("over TLS"), "{detail}");
    assert!(format!("{:?}", runtime.record().unequal).contains("is called over TLS"));
    runs_both(runtime.as_ref(), "tls").await;
}
