//! Charts as files.

use plimsoll_chart::{ChartError, ChartSpec, Theme, chart, charts, draw_bare, draw_png, draw_svg};

use crate::detailed::detailed;
use crate::made_up::case;

fn memory() -> ChartSpec {
    let run = detailed(&["a"]);
    chart(&run, "memory").unwrap().spec(&run, &case("json-api"))
}

#[test]
fn every_chart_is_drawn_in_both_themes_with_the_colours_of_its_lanes() {
    let run = detailed(&["a"]);
    for found in charts() {
        for theme in [Theme::Light, Theme::Dark] {
            let spec = found.spec(&run, &case("json-api"));
            let svg = draw_svg(&spec, theme, 900, 600).unwrap();
            assert!(svg.starts_with("<svg role=\"img\"") && svg.trim_end().ends_with("</svg>"));
            assert!(svg.contains("width=\"900\" height=\"600\" viewBox=\"0 0 900 600\""));
            for look in &spec.lanes {
                let colour = if theme == Theme::Light { &look.light } else { &look.dark };
                assert!(svg.contains(&colour.to_uppercase()), "{} in {}", look.lane, found.slug());
            }
        }
    }
}

#[test]
fn a_png_has_the_size_that_was_asked_for_and_something_on_it() {
    let bytes = draw_png(&memory(), Theme::Dark, 640, 480).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((frame.width, frame.height), (640, 480));
    let ground = pixels[..3].to_vec();
    assert!(pixels.chunks(3).filter(|pixel| *pixel != ground).count() > 10_000);
}

#[test]
fn a_png_has_words_on_it_without_a_font_of_the_host() {
    let spec = memory();
    let untitled = ChartSpec { title: " ".to_owned(), ..spec.clone() };
    let draw = |spec: &ChartSpec| draw_png(spec, Theme::Light, 900, 600).unwrap();
    assert_ne!(draw(&spec), draw(&untitled));
}

#[test]
fn in_a_page_a_chart_has_no_words_that_the_page_has_and_leads_nowhere() {
    let spec = memory();
    let svg = draw_bare(&spec, "a-title");
    assert!(
        svg.starts_with("<svg role=\"img\" aria-labelledby=\"a-title\" viewBox=\"18 26 868 368.2\">"),
        "{svg}"
    );
    assert!(!svg.contains("json-api") && !svg.contains("Two accounts") && !svg.contains("Taken from"));
    assert!(svg.contains("anonymous") && !svg.contains("url(") && !svg.contains("://"));
}

#[test]
fn long_words_keep_their_width_in_any_font() {
    let svg = draw_svg(&memory(), Theme::Light, 900, 600).unwrap();
    let long = svg.split("<text ").find(|text| text.contains("Two accounts")).unwrap();
    let short = svg.split("<text ").find(|text| text.contains("10 MiB")).unwrap();
    assert!(long.contains("textLength") && !short.contains("textLength"), "{long} {short}");
}

#[test]
fn the_same_chart_is_drawn_the_same() {
    let draw = || draw_svg(&memory(), Theme::Light, 900, 600).unwrap();
    assert_eq!(draw(), draw());
}

#[test]
fn a_strangers_words_stay_text() {
    let evil = "<script>alert('1')</script>\" onload=\"x & \u{1b}[31m\u{202e}";
    let mut spec = memory();
    spec.title = evil.to_owned();
    spec.includes = evil.to_owned();
    spec.notes = vec![evil.to_owned(); 3];
    spec.legend.iter_mut().for_each(|key| key.name = evil.to_owned());
    spec.x.title = evil.to_owned();
    spec.y.ticks.iter_mut().chain(&mut spec.x.ticks).for_each(|tick| tick.label = evil.to_owned());
    for series in &mut spec.series {
        series.points.iter_mut().for_each(|point| point.label = evil.to_owned());
    }
    let svg = draw_svg(&spec, Theme::Light, 900, 600).unwrap();
    assert!(!svg.contains("<script") && !svg.contains("\" onload") && svg.contains("&lt;script&gt;"));
    assert_eq!(svg.chars().find(|letter| letter.is_control() && *letter != '\n'), None);
    assert!(!svg.contains('\u{202e}'));
    spec.empty = Some(evil.repeat(2_000));
    assert!(!draw_svg(&spec, Theme::Light, 900, 600).unwrap().contains("<script"));
}

#[test]
fn broken_numbers_and_endless_words_are_drawn_without_a_panic() {
    let mut spec = memory();
    spec.notes = vec!["word ".repeat(5_000), "x".repeat(5_000)];
    (spec.x.min, spec.x.max) = (0.0, 0.0);
    for series in &mut spec.series {
        for point in &mut series.points {
            (point.x, point.y, point.x2) = (f64::NAN, f64::INFINITY, Some(1e300));
        }
    }
    assert!(draw_svg(&spec, Theme::Dark, 320, 240).is_ok());
    assert!(draw_png(&spec, Theme::Dark, 320, 240).is_ok());
}

#[test]
fn a_size_out_of_bounds_is_refused() {
    let refusal = draw_png(&memory(), Theme::Light, 100, 50_000).unwrap_err();
    assert!(matches!(refusal, ChartError::Size { .. }));
    assert_eq!(refusal.to_string(), "a chart can't be 100 × 50000 pixels: use 320 × 240 to 4096 × 4096");
}
