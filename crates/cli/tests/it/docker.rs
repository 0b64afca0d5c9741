//! The Docker engine beside the command's own view of it: plain HTTP over the socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

const SOCKET: &str = "/var/run/docker.sock";
const OWNER: &str = "dev.plimsoll.owner";

/// The owners that containers in any state name, by the process they name.
pub(crate) fn containers_of(pid: u32) -> Vec<String> {
    let filter = format!("{{\"label\":[\"{OWNER}\"]}}");
    let listed =
        ask("GET", &format!("/containers/json?all=1&filters={}", encoded(&filter)), "application/json", b"");
    let listed: Vec<Value> = serde_json::from_slice(&listed).unwrap();
    let ids = listed.iter().filter(|container| is_of(&container["Labels"][OWNER], pid));
    ids.map(|container| container["Id"].as_str().unwrap().to_owned()).collect()
}

/// Returns when a container of this process has started that is no try of the engine.
pub(crate) fn wait_for_container_of(pid: u32) {
    let filter = format!("{{\"label\":[\"{OWNER}\"],\"event\":[\"start\"]}}");
    let events = send("GET", &format!("/events?filters={}", encoded(&filter)), "application/json", b"");
    events.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let told =
        BufReader::new(events).lines().map(|line| line.expect("no container has started within a minute"));
    let starts = told.filter_map(|line| serde_json::from_str::<Value>(&line).ok());
    let of_a_trial =
        |about: &Value| !about["name"].as_str().unwrap_or_default().starts_with("plimsoll-probe-");
    let mut about = starts.map(|event| event["Actor"]["Attributes"].clone());
    assert!(about.any(|about| is_of(&about[OWNER], pid) && of_a_trial(&about)));
}

/// A container that is none of ours, never started; removed with its image when it goes.
pub(crate) struct Foreign {
    id: String,
    image: String,
}

impl Foreign {
    pub(crate) fn create(name: &str) -> Self {
        let image = format!("{name}:latest");
        // Two empty blocks are an empty archive.
        ask(
            "POST",
            &format!("/images/create?fromSrc=-&repo={name}&tag=latest"),
            "application/x-tar",
            &[0; 1024],
        );
        let wish =
            format!("{{\"Image\":\"{image}\",\"Cmd\":[\"/none\"],\"Labels\":{{\"{OWNER}s\":\"somebody\"}}}}");
        let made =
            ask("POST", &format!("/containers/create?name={name}"), "application/json", wish.as_bytes());
        let made: Value = serde_json::from_slice(&made).unwrap();
        Self { id: made["Id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned(), image }
    }

    pub(crate) fn is_there(&self) -> bool {
        let told = ask("GET", &format!("/containers/{}/json", self.id), "application/json", b"");
        serde_json::from_slice::<Value>(&told).unwrap()["Id"] == self.id.as_str()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        ask("DELETE", &format!("/containers/{}?force=1", self.id), "application/json", b"");
        ask("DELETE", &format!("/images/{}", self.image), "application/json", b"");
    }
}

/// An image of somebody's with one program in it; removed when it goes.
pub(crate) struct Image {
    pub(crate) name: String,
}

impl Image {
    /// With further lines of a Dockerfile.
    pub(crate) fn of(name: &str, program: &Path, lines: &[&str]) -> Self {
        let mut tar = tar::Builder::new(Vec::new());
        tar.append_path_with_name(program, "srv/program").unwrap();
        let lines: String = lines.iter().map(|line| format!("&changes={}", encoded(line))).collect();
        let path = format!("/images/create?fromSrc=-&repo={name}&tag=1{lines}");
        ask("POST", &path, "application/x-tar", &tar.into_inner().unwrap());
        let image = Self { name: format!("{name}:1") };
        assert!(image.is_there(), "no image `{name}` was made");
        image
    }

    pub(crate) fn is_there(&self) -> bool {
        let told = ask("GET", &format!("/images/{}/json", self.name), "application/json", b"");
        serde_json::from_slice::<Value>(&told).unwrap()["Id"].is_string()
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        ask("DELETE", &format!("/images/{}?force=1", self.name), "application/json", b"");
    }
}

/// An owner's label is `<run>.<pid>.<ticks>.<boot>.<namespace>`.
fn is_of(label: &Value, pid: u32) -> bool {
    label.as_str().is_some_and(|label| label.rsplit('.').nth(3) == Some(pid.to_string().as_str()))
}

fn ask(method: &str, path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    send(method, path, content_type, body).read_to_end(&mut answer).unwrap();
    let end_of_head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    answer.split_off(end_of_head + 4)
}

/// HTTP/1.0: the answer ends with the connection and is never chunked.
fn send(method: &str, path: &str, content_type: &str, body: &[u8]) -> UnixStream {
    let mut socket = UnixStream::connect(SOCKET).expect("the Docker engine answers");
    let length = body.len();
    write!(
        socket,
        "{method} {path} HTTP/1.0\r\nHost: docker\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    )
    .unwrap();
    socket.write_all(body).unwrap();
    socket
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
