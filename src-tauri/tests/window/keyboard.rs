//! Keys that are pressed in a dialog of the system's own, which no driver reaches.

use std::time::{Duration, Instant};

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Keycode, Keysym, MapState,
    Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// How long a dialog may take to come or to go.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) const ESCAPE: Keysym = 0xff1b;
const SHIFT: Keysym = 0xffe1;

/// A dialog that is open, and a hand on the keyboard.
pub(crate) struct Dialog {
    connection: RustConnection,
    window: Window,
}

impl Dialog {
    /// Waits for the one of this title.
    pub(crate) fn titled(display: &str, title: &str) -> Self {
        let (connection, screen) = x11rb::connect(Some(display)).unwrap();
        let root = connection.setup().roots[screen].root;
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(window) = titled(&connection, root, title) {
                return Self { connection, window };
            }
            assert!(Instant::now() < until, "no dialog `{title}` came");
            std::thread::sleep(PAUSE);
        }
    }

    pub(crate) fn press(&self, sign: Keysym) {
        // There is no window manager that would hand over the keyboard.
        self.connection.set_input_focus(InputFocus::PARENT, self.window, CURRENT_TIME).unwrap();
        let (key, shifted) = self.key(sign);
        let (shift, _) = self.key(SHIFT);
        let strokes = [
            (KEY_PRESS_EVENT, shift),
            (KEY_PRESS_EVENT, key),
            (KEY_RELEASE_EVENT, key),
            (KEY_RELEASE_EVENT, shift),
        ];
        for (kind, stroke) in strokes.into_iter().filter(|(_, stroke)| shifted || *stroke != shift) {
            self.connection.xtest_fake_input(kind, stroke, CURRENT_TIME, x11rb::NONE, 0, 0, 0).unwrap();
        }
        self.connection.flush().unwrap();
    }

    /// Waits until it has gone.
    pub(crate) fn gone(self) {
        let until = Instant::now() + PATIENCE;
        while is_shown(&self.connection, self.window) {
            assert!(Instant::now() < until, "the dialog stays");
            std::thread::sleep(PAUSE);
        }
    }

    /// The key of a sign, and whether it is had with shift.
    fn key(&self, sign: Keysym) -> (Keycode, bool) {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self.connection.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let each = usize::from(mapping.keysyms_per_keycode);
        let keys = || mapping.keysyms.chunks(each).zip(first..=last);
        let at =
            |column: usize| keys().find(|(signs, _)| signs.get(column) == Some(&sign)).map(|(_, key)| key);
        at(0)
            .map(|key| (key, false))
            .or_else(|| at(1).map(|key| (key, true)))
            .expect("the keyboard has the sign")
    }
}

fn titled(connection: &RustConnection, window: Window, title: &str) -> Option<Window> {
    let name = connection
        .get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 100)
        .unwrap()
        .reply()
        .ok()?;
    if name.value == title.as_bytes() && is_shown(connection, window) {
        return Some(window);
    }
    let children = connection.query_tree(window).unwrap().reply().ok()?.children;
    children.into_iter().find_map(|child| titled(connection, child, title))
}

fn is_shown(connection: &RustConnection, window: Window) -> bool {
    let found = connection.get_window_attributes(window).unwrap().reply();
    found.is_ok_and(|found| found.map_state == MapState::VIEWABLE)
}
