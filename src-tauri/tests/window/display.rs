use std::path::Path;

use image::{Rgb, RgbImage};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, ImageFormat, MapState, Window};
use x11rb::rust_connection::RustConnection;

/// The window that is shown on a display: the one that takes drops.
pub(crate) fn shown_window(connection: &RustConnection, root: Window) -> Window {
    let aware = connection.intern_atom(false, b"XdndAware").unwrap().reply().unwrap().atom;
    below(connection, aware, root).expect("a window is shown")
}

fn below(connection: &RustConnection, aware: u32, window: Window) -> Option<Window> {
    let takes = connection.get_property(false, window, aware, AtomEnum::ATOM, 0, 1).unwrap();
    let state = connection.get_window_attributes(window).unwrap().reply().ok()?.map_state;
    if takes.reply().is_ok_and(|property| property.value_len > 0) && state == MapState::VIEWABLE {
        return Some(window);
    }
    let children = connection.query_tree(window).unwrap().reply().ok()?.children;
    children.into_iter().find_map(|child| below(connection, aware, child))
}

/// Writes what a person sees of the window, as PNG.
pub(crate) fn picture(display: &str, file: &Path) {
    let (connection, screen) = x11rb::connect(Some(display)).unwrap();
    let window = shown_window(&connection, connection.setup().roots[screen].root);
    let size = connection.get_geometry(window).unwrap().reply().unwrap();
    let (width, height) = (size.width, size.height);
    let shown = connection.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX).unwrap();
    // Of 24 bits a pixel, in words of four bytes, blue first.
    let pixels = shown.reply().unwrap().data;
    let picture = RgbImage::from_fn(width.into(), height.into(), |x, y| {
        let at = 4 * (y as usize * usize::from(width) + x as usize);
        Rgb([pixels[at + 2], pixels[at + 1], pixels[at]])
    });
    picture.save(file).unwrap();
}
