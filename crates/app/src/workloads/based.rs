//! A workload that begins from another one: what nobody told anew is as it was.

use plimsoll_model::{
    Answer, Compare, Container, Exchange, ExpectedOutput, Form, Invocation, Job, Service, Slug, Workload,
};

/// Of each request of a service, the number of the one in the other workload that asks the same.
pub(super) fn pairs(job: &Job, base: &Job) -> Vec<Option<usize>> {
    let before: Vec<&Exchange> = base.exchanges().collect();
    let mut is_free = vec![true; before.len()];
    let of = |exchange: &Exchange| {
        let same = |it: &Exchange| it.method == exchange.method && it.path == exchange.path;
        let found = before.iter().zip(&is_free).position(|(it, is_free)| *is_free && same(it))?;
        is_free[found] = false;
        Some(found)
    };
    job.exchanges().map(of).collect()
}

/// The workload as it is told, and all that is not told as it is in `base`.
pub(crate) fn based(told: Workload, base: &Workload) -> Workload {
    let has_image = told.artifacts.iter().any(|artifact| artifact.form == Form::Image);
    let container = match has_image {
        true => Container { port: told.container.port, ..base.container.clone() },
        false => Container::default(),
    };
    let job = job(told.job, &base.job);
    Workload {
        name: told.name,
        summary: told.summary,
        job,
        artifacts: told.artifacts,
        container,
        origin: told.origin,
        digests: told.digests,
        ..base.clone()
    }
}

fn job(told: Job, base: &Job) -> Job {
    let pairs = pairs(&told, base);
    match (told, base) {
        (Job::Run(told), Job::Run(base)) => {
            let expect = ExpectedOutput { files: base.expect.files.clone(), ..told.expect };
            Job::Run(Invocation { arguments: base.arguments.clone(), stdin: base.stdin.clone(), expect })
        }
        (Job::Serve(told), Job::Serve(base)) => {
            let Service { ready, others, .. } = told;
            let before: Vec<&Exchange> = base.exchanges().collect();
            let mut names: Vec<Slug> =
                pairs.iter().flatten().map(|&found| before[found].name.clone()).collect();
            let mut kept = |exchange: Exchange, found: Option<usize>| match found {
                Some(found) => like(exchange, before[found]),
                None => {
                    let name = free(&exchange.name, &names);
                    names.push(name.clone());
                    Exchange { name, ..exchange }
                }
            };
            let mut pairs = pairs.into_iter();
            let ready = kept(ready, pairs.next().flatten());
            let others = others.into_iter().zip(pairs).map(|(exchange, found)| kept(exchange, found));
            Job::Serve(Service { listen: base.listen.clone(), ready, others: others.collect() })
        }
        (told, _) => told,
    }
}

/// A request with the name and headers of the one that asked the same.
fn like(told: Exchange, before: &Exchange) -> Exchange {
    let content_type = match told.body == before.body {
        true => before.content_type.clone(),
        false => told.content_type,
    };
    let expect = Answer { content_type: before.expect.content_type.clone(), ..told.expect };
    let (name, headers) = (before.name.clone(), before.headers.clone());
    Exchange { name, headers, content_type, expect, ..told }
}

fn free(name: &Slug, taken: &[Slug]) -> Slug {
    let mut names = std::iter::once(name.clone()).chain((2..=taken.len() + 2).map(Exchange::numbered));
    names.find(|name| !taken.contains(name)).unwrap_or_else(|| name.clone())
}

/// What was recorded, compared as the user had it compared in `base`.
pub(crate) fn compared_as(mut recorded: Workload, base: &Workload) -> Workload {
    let pairs = pairs(&recorded.job, &base.job);
    let before: Vec<&Exchange> = base.job.exchanges().collect();
    for (exchange, found) in recorded.job.exchanges_mut().zip(pairs) {
        let Some(Exchange { expect: before, .. }) = found.map(|found| before[found]) else { continue };
        let expect = &mut exchange.expect;
        match (before.compare, expect.compare) {
            (Compare::Status, _) => {
                let answer = Answer::exactly(expect.status, [].into());
                let recorded = expect.recorded.take();
                *expect = Answer { compare: Compare::Status, recorded, ..answer };
            }
            (Compare::Pixels, Compare::Bytes) => {
                (expect.compare, expect.tolerance) = (Compare::Pixels, before.tolerance);
            }
            (Compare::Json, Compare::Json) => {
                expect.left_out.extend(before.left_out.iter().cloned());
                expect.left_out.sort_unstable();
                expect.left_out.dedup();
            }
            _ => {}
        }
    }
    recorded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Own, Question};

    fn asking(paths: &[&str]) -> Workload {
        let question = |path: &&str| Question {
            method: "GET".to_owned(),
            path: (*path).to_owned(),
            body: None,
            headers: [("accept".to_owned(), "a/b".to_owned())].into(),
        };
        let own = Own {
            images: vec!["cart".to_owned()],
            questions: paths.iter().map(question).collect(),
            ..Own::default()
        };
        own.workloads().unwrap().remove(0)
    }

    #[test]
    fn a_request_that_asks_the_same_keeps_what_is_not_told() {
        let mut base = asking(&["/a", "/b"]);
        base.container.user = Some("nobody".to_owned());
        base.grants.clock = false;
        let mut told = asking(&["/c", "/a", "/d"]);
        told.job.exchanges_mut().for_each(|exchange| exchange.headers.clear());
        let based = based(told, &base);
        assert_eq!(based.container.user.as_deref(), Some("nobody"));
        assert!(!based.grants.clock);
        let service = based.job.service().unwrap();
        let asked: Vec<_> =
            service.exchanges().map(|it| (it.path.as_str(), it.name.as_str(), it.headers.len())).collect();
        assert_eq!(asked, [("/c", "request-2", 0), ("/a", "first", 1), ("/d", "request-3", 0)]);
    }

    #[test]
    fn an_answer_is_compared_as_it_was() {
        let mut base = asking(&["/a", "/b"]);
        let mut before = base.job.exchanges_mut();
        before.next().unwrap().expect.compare = Compare::Status;
        let second = &mut before.next().unwrap().expect;
        (second.compare, second.left_out) = (Compare::Json, vec!["/at".to_owned()]);
        drop(before);
        let mut recorded = asking(&["/b", "/a"]);
        for exchange in recorded.job.exchanges_mut() {
            exchange.expect =
                Answer { compare: Compare::Json, ..Answer::exactly(200, b"{}".as_slice().into()) };
        }
        let compared = compared_as(recorded, &base);
        let expects: Vec<_> = compared.job.service().unwrap().exchanges().map(|it| &it.expect).collect();
        assert_eq!(
            (expects[0].compare, expects[0].left_out.as_slice()),
            (Compare::Json, ["/at".to_owned()].as_slice())
        );
        assert_eq!((expects[1].compare, expects[1].body.len()), (Compare::Status, 0));
    }
}
