//! The window's icons, drawn from the one picture of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// File and side in pixels.
const SIZES: [(&str, u32); 4] =
    [("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];

/// Every icon by its path in the repository.
pub(crate) fn draw(root: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let folder = Path::new("src-tauri/icons");
    let picture =
        fs::read(root.join(folder).join("icon.svg")).context("could not read the icon's picture")?;
    let tree = Tree::from_data(&picture, &Options::default()).context("the icon's picture is no SVG")?;
    let mut icons = BTreeMap::new();
    for (file, side) in SIZES {
        let mut pixels = Pixmap::new(side, side).context("an icon has no size")?;
        let scale = side as f32 / tree.size().width();
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        icons.insert(folder.join(file), pixels.encode_png()?);
    }
    Ok(icons)
}
