use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::display::shown_window;

/// How long the window may take for a step of the protocol.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of the protocol that file managers drop with, XDND.
const VERSION: u32 = 5;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndDrop,
        XdndFinished,
        XdndSelection,
        XdndActionCopy,
        FILES: b"text/uri-list",
    }
}

/// Drops a file on the only window of a display that takes drops, as a file manager would.
pub(crate) fn drop_file(display: &str, file: &Path) {
    drop_files(display, &[file]);
}

/// Likewise several at once.
pub(crate) fn drop_files(display: &str, files: &[&Path]) {
    let (connection, screen) = x11rb::connect(Some(display)).unwrap();
    let root = connection.setup().roots[screen].root;
    let atoms = Atoms::new(&connection).unwrap().reply().unwrap();
    let target = shown_window(&connection, root);
    let manager = FileManager { source: source(&connection, root), connection, root, atoms, target };
    let listed: String = files.iter().map(|file| format!("file://{}\r\n", file.display())).collect();
    manager.drop_on_it(&listed);
}

fn source(connection: &RustConnection, root: Window) -> Window {
    let source = connection.generate_id().unwrap();
    let events = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
    connection.create_window(0, source, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &events).unwrap();
    source
}

struct FileManager {
    connection: RustConnection,
    root: Window,
    source: Window,
    target: Window,
    atoms: Atoms,
}

impl FileManager {
    fn drop_on_it(&self, files: &str) {
        let Self { connection, source, atoms, .. } = self;
        connection.set_selection_owner(*source, atoms.XdndSelection, CURRENT_TIME).unwrap();
        let size = connection.get_geometry(self.target).unwrap().reply().unwrap();
        let middle = (size.width as i16 / 2, size.height as i16 / 2);
        let at = connection.translate_coordinates(self.target, self.root, middle.0, middle.1).unwrap();
        let at = at.reply().unwrap();
        let place = (u32::from(at.dst_x as u16) << 16) | u32::from(at.dst_y as u16);
        self.tell(atoms.XdndEnter, [*source, VERSION << 24, atoms.FILES, 0, 0]);
        self.tell(atoms.XdndPosition, [*source, 0, place, CURRENT_TIME, atoms.XdndActionCopy]);
        self.wait_for(atoms.XdndStatus, files);
        self.tell(atoms.XdndDrop, [*source, 0, CURRENT_TIME, 0, 0]);
        self.wait_for(atoms.XdndFinished, files);
    }

    fn tell(&self, kind: Atom, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, self.target, kind, data);
        self.connection.send_event(false, self.target, EventMask::NO_EVENT, message).unwrap();
        self.connection.flush().unwrap();
    }

    /// Waits for the window's word, and hands over the files whenever it asks for them.
    fn wait_for(&self, kind: Atom, files: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.connection.poll_for_event().unwrap() {
                Some(Event::ClientMessage(message)) if message.type_ == kind => return,
                Some(Event::SelectionRequest(request)) => self.hand_over(&request, files),
                Some(_) => {}
                None => self.wait_for_anything(until),
            }
        }
    }

    fn wait_for_anything(&self, until: Instant) {
        let left = until.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "the window does not answer a drag");
        let timeout = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
        poll(&mut [PollFd::new(self.connection.stream(), PollFlags::IN)], Some(&timeout)).unwrap();
    }

    fn hand_over(&self, request: &SelectionRequestEvent, files: &str) {
        let (to, property, kind) = (request.requestor, request.property, self.atoms.FILES);
        self.connection.change_property8(PropMode::REPLACE, to, property, kind, files.as_bytes()).unwrap();
        let done = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: to,
            selection: request.selection,
            target: request.target,
            property,
        };
        self.connection.send_event(false, to, EventMask::NO_EVENT, done).unwrap();
        self.connection.flush().unwrap();
    }
}
