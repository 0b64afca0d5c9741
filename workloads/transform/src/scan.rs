//! A scanner that checks JSON (RFC 8259) in place and says where an object's members stand. It copies nothing.

/// What JSON takes for white space.
pub(crate) const WHITESPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The depth at which serde_json stops too: each level costs stack.
const MAX_DEPTH: usize = 128;

/// Where one member of an object stands in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'a> {
    /// The name between its quotes, with its escapes.
    raw_name: &'a str,
    /// The value as it stands in the text.
    pub(crate) value: &'a str,
    /// The offset of the name's opening quote.
    pub(crate) start: usize,
    /// The offset behind the value.
    pub(crate) end: usize,
}

impl Member<'_> {
    /// Whether this is the member called `name`, which is ASCII, however its letters are escaped.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.raw_name == name || (self.raw_name.contains('\\') && unescapes_to(self.raw_name, name))
    }
}

fn unescapes_to(raw: &str, name: &str) -> bool {
    let mut rest = raw;
    for letter in name.chars() {
        let Some((found, behind)) = first_char(rest) else {
            return false;
        };
        if found != letter {
            return false;
        }
        rest = behind;
    }
    rest.is_empty()
}

/// The first character of a checked string and what follows; `None` for one that no ASCII name holds.
fn first_char(raw: &str) -> Option<(char, &str)> {
    if let Some(digits) = raw.strip_prefix("\\u") {
        let code = u32::from_str_radix(digits.get(..4)?, 16).ok()?;
        return Some((char::from_u32(code)?, &digits[4..]));
    }
    let raw = raw.strip_prefix('\\').unwrap_or(raw);
    let first = raw.chars().next()?;
    Some((first, &raw[first.len_utf8()..]))
}

/// Reads one JSON object, member by member.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    is_first: bool,
}

impl<'a> Scanner<'a> {
    /// A scanner behind the opening brace of the object in `text`.
    pub(crate) fn of_object(text: &'a str) -> Result<Self, String> {
        let mut scanner = Self { text, at: 0, is_first: true };
        scanner.skip_whitespace();
        if !scanner.take(b'{') {
            return Err("an event must be a JSON object".to_owned());
        }
        Ok(scanner)
    }

    /// The next member, or `None` behind the closing brace, which must be the end of the text.
    pub(crate) fn next_member(&mut self) -> Result<Option<Member<'a>>, String> {
        self.skip_whitespace();
        if self.take(b'}') {
            self.skip_whitespace();
            return if self.at == self.text.len() {
                Ok(None)
            } else {
                Err(self.wrong("the end of the line"))
            };
        }
        if !self.is_first {
            self.expect(b',', "`,` or `}`")?;
            self.skip_whitespace();
        }
        self.is_first = false;
        let start = self.at;
        self.string("a field's name in quotes")?;
        let raw_name = &self.text[start + 1..self.at - 1];
        self.skip_whitespace();
        self.expect(b':', "`:`")?;
        self.skip_whitespace();
        let value_start = self.at;
        self.value(1)?;
        Ok(Some(Member { raw_name, value: &self.text[value_start..self.at], start, end: self.at }))
    }

    fn value(&mut self, depth: usize) -> Result<(), String> {
        match self.peek() {
            Some(b'"') => self.string("a string"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err(format!("nested deeper than {MAX_DEPTH} levels")),
            Some(b'{') => self.nested(b'}', depth, |scanner| {
                scanner.string("a field's name in quotes")?;
                scanner.skip_whitespace();
                scanner.expect(b':', "`:`")
            }),
            Some(b'[') => self.nested(b']', depth, |_| Ok(())),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.wrong("a value")),
        }
    }

    /// An object or array up to `close`; `name` reads what stands before each value.
    fn nested(
        &mut self,
        close: u8,
        depth: usize,
        name: fn(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.at += 1;
        self.skip_whitespace();
        if self.take(close) {
            return Ok(());
        }
        loop {
            self.skip_whitespace();
            name(self)?;
            self.skip_whitespace();
            self.value(depth + 1)?;
            self.skip_whitespace();
            if self.take(close) {
                return Ok(());
            }
            self.expect(b',', "`,` or the closing bracket")?;
        }
    }

    fn string(&mut self, what: &str) -> Result<(), String> {
        self.expect(b'"', what)?;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0x20..) => self.at += 1,
                Some(_) => return Err(self.wrong("an escape for the control character")),
                None => return Err(self.wrong("a closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => match self.code_unit()? {
                // The first half of a surrogate pair needs its second.
                0xd800..=0xdbff => {
                    self.expect(b'\\', "the second half of a surrogate pair")?;
                    if self.peek() != Some(b'u') || !(0xdc00..=0xdfff).contains(&self.code_unit()?) {
                        return Err(self.wrong("the second half of a surrogate pair"));
                    }
                }
                0xdc00..=0xdfff => return Err(self.wrong("the first half of a surrogate pair")),
                _ => {}
            },
            _ => return Err(self.wrong("an escape such as `\\n`")),
        }
        Ok(())
    }

    /// The four hexadecimal digits behind the `u` at the cursor.
    fn code_unit(&mut self) -> Result<u32, String> {
        let digits = self.text.as_bytes().get(self.at + 1..self.at + 5).unwrap_or_default();
        let mut unit = Some(0).filter(|_| digits.len() == 4);
        for digit in digits {
            unit = unit.zip(char::from(*digit).to_digit(16)).map(|(unit, digit)| unit << 4 | digit);
        }
        self.at += 5;
        unit.ok_or_else(|| self.wrong("four hexadecimal digits before this"))
    }

    fn number(&mut self) -> Result<(), String> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), String> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.wrong("a digit")) }
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.wrong("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), String> {
        if self.take(byte) { Ok(()) } else { Err(self.wrong(what)) }
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The cursor as a column, counted in bytes from 1, and what should have stood there.
    fn wrong(&self, expected: &str) -> String {
        format!("column {}: expected {expected}", self.at.min(self.text.len()) + 1)
    }
}
