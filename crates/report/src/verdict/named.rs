//! What lanes are called in a sentence: by their side where only one lane of the run is of that kind, else by their name.

use plimsoll_format::plain;
use plimsoll_model::{LaneRecord, Run, Side, Slug};

/// Wasm that runs in a process with others, beside Wasm that does not.
const IN_PROCESS: &str = "in-process Wasm";

/// A lane's names.
pub(super) struct CalledLane {
    /// `the container`, `Wasm`.
    pub(super) one: Form,
    /// `containers`, `Wasm`: shorter, and as true.
    pub(super) many: Form,
    /// `` `docker` ``.
    pub(super) slug: Form,
    /// `in a container`, `in Wasm`.
    pub(super) place: String,
    /// `container`, `Wasm`: before a value.
    pub(super) bare: String,
}

/// One of them, with the verb that it takes.
pub(super) struct Form {
    pub(super) words: String,
    pub(super) many: bool,
}

impl Form {
    fn of(words: impl Into<String>, many: bool) -> Self {
        Self { words: words.into(), many }
    }

    pub(super) const fn verb<'a>(&self, one: &'a str, many: &'a str) -> &'a str {
        if self.many { many } else { one }
    }
}

impl CalledLane {
    pub(super) fn of(run: &Run, lane: &Slug) -> Self {
        let slug = format!("`{lane}`");
        let known = run.lane(lane).filter(|record| is_first(run, record));
        let [one, many, place, bare] = match known.map(|record| (record.side, record.own_process)) {
            Some((Side::Container, _)) => ["the container", "containers", "in a container", "container"],
            Some((Side::Wasm, true)) if has_other_wasm(run, lane) => {
                ["the Wasm process", "Wasm processes", "in a Wasm process", "Wasm process"]
            }
            Some((Side::Wasm, _)) => ["Wasm", "Wasm", "in Wasm", "Wasm"],
            Some((Side::Control, true)) => {
                ["the plain process", "plain processes", "as a plain process", "plain process"]
            }
            Some((Side::Control, false)) | None => return Self::by_words(run, lane, slug),
        };
        let plural = one != many;
        Self {
            one: Form::of(one, false),
            many: Form::of(many, plural),
            slug: Form::of(slug, false),
            place: place.to_owned(),
            bare: bare.to_owned(),
        }
    }

    /// Beside another lane of a sentence: of two that are Wasm, the one without a process of its own is named as such.
    pub(super) fn beside(run: &Run, lane: &Slug, other: &Slug) -> Self {
        let [own, its] = [lane, other].map(|lane| run.lane(lane));
        let both_wasm =
            [own, its].iter().all(|record| record.is_some_and(|record| record.side == Side::Wasm));
        let mut called = Self::of(run, lane);
        if both_wasm && own.is_some_and(|record| !record.own_process && is_first(run, record)) {
            called.one = Form::of(IN_PROCESS, false);
            called.many = Form::of(IN_PROCESS, false);
            called.place = format!("with {IN_PROCESS}");
            called.bare = IN_PROCESS.to_owned();
        }
        called
    }

    /// By the lane's own words; where they are those of another lane too, by its name alone.
    fn by_words(run: &Run, lane: &Slug, slug: String) -> Self {
        let is_same = |record: &&LaneRecord, is: &str| record.slug() != lane && record.words.is == is;
        let own = run.lane(lane).map(|record| record.words.is.as_str());
        let own = own.filter(|is| !run.lanes.iter().any(|record| is_same(&record, is)));
        let is = own.map_or_else(|| slug.clone(), plain);
        Self {
            one: Form::of(is, false),
            many: Form::of(slug.clone(), false),
            place: format!("in {slug}"),
            bare: slug.clone(),
            slug: Form::of(slug, false),
        }
    }
}

/// Whether it is the first lane of its kind in the run: the kind's word is its own then.
fn is_first(run: &Run, lane: &LaneRecord) -> bool {
    let kind = |record: &LaneRecord| match record.side {
        Side::Wasm => (record.side, record.own_process),
        side => (side, true),
    };
    let first = run.lane_slugs().filter_map(|slug| run.lane(slug)).find(|record| kind(record) == kind(lane));
    first.is_some_and(|first| first.slug() == lane.slug())
}

fn has_other_wasm(run: &Run, lane: &Slug) -> bool {
    let others = run.lane_slugs().filter(|other| *other != lane).filter_map(|slug| run.lane(slug));
    others.into_iter().any(|record| record.side == Side::Wasm)
}
