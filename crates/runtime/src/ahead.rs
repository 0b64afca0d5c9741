/// What one start of a bed begins from, made ahead of it: no start that finds it there has the time of making it.
///
/// [`stage`](crate::Prepared::stage) makes the first start's. A later start makes its own within the call, unless it was
/// made in between.
#[derive(Debug)]
pub struct Ahead<T>(Option<T>);

impl<T> Ahead<T> {
    /// The first start's.
    pub const fn of(made: T) -> Self {
        Self(Some(made))
    }

    /// Makes the next start's, outside of any start and so in no figure. What is there already stays.
    ///
    /// # Errors
    /// When it can't be made. The next start tries again.
    pub async fn make<E>(&mut self, make: impl Future<Output = Result<T, E>>) -> Result<(), E> {
        if self.0.is_none() {
            self.0 = Some(make.await?);
        }
        Ok(())
    }

    /// For a start: what was made ahead, or what is made now, within its time.
    ///
    /// # Errors
    /// When nothing was made ahead and it can't be made now.
    pub async fn take<E>(&mut self, make: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        match self.0.take() {
            Some(made) => Ok(made),
            None => make.await,
        }
    }

    /// What no start has taken, to be taken down with the bed.
    pub fn left(self) -> Option<T> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// Numbers what it makes.
    #[derive(Default)]
    struct Maker(u32);

    impl Maker {
        async fn next(&mut self) -> Result<u32, ()> {
            self.0 += 1;
            Ok(self.0)
        }
    }

    fn now<T>(future: impl Future<Output = T>) -> T {
        future.now_or_never().unwrap()
    }

    #[test]
    fn the_first_start_finds_its_own_and_a_later_one_makes_it() {
        let mut maker = Maker::default();
        let mut ahead = Ahead::of(now(maker.next()).unwrap());
        assert_eq!(now(ahead.take(maker.next())), Ok(1));
        assert_eq!(maker.0, 1, "nothing more was made");
        assert_eq!(now(ahead.take(maker.next())), Ok(2));
        assert_eq!(ahead.left(), None);
    }

    #[test]
    fn what_was_made_in_between_is_found_and_made_once() {
        let mut maker = Maker::default();
        let mut ahead = Ahead::of(0);
        assert_eq!(now(ahead.take(maker.next())), Ok(0));
        for _ in 0..2 {
            now(ahead.make(maker.next())).unwrap();
        }
        assert_eq!((maker.0, now(ahead.take(maker.next())), maker.0), (1, Ok(1), 1));
        now(ahead.make(maker.next())).unwrap();
        assert_eq!(ahead.left(), Some(2));
    }

    #[test]
    fn what_could_not_be_made_ahead_is_made_by_the_start() {
        let mut ahead = Ahead::of(0);
        now(ahead.take(async { Err("no port") })).unwrap();
        assert_eq!(now(ahead.make(async { Err("no port") })), Err("no port"));
        assert_eq!(now(ahead.take(async { Err("still none") })), Err("still none"));
        assert_eq!(now(ahead.take(async { Ok::<_, &str>(7) })), Ok(7));
    }
}
