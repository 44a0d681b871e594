//! The outermost boxes, one behind the other, each by its place: only the movie box is loaded, the media data are stepped over.
//! They are searched where no table leads to the telemetry.

use std::io;

use super::super::{Class, Context, Diagnostic, Fact, Sink};
use super::movie::Movie;
use super::row::Row;
use super::{carve, clocks, debug, subtitles, telemetry};
use crate::bytes::boxes::{Head, name};
use crate::evidence::{Evidence, Extent, Origin, Span};
use crate::layout::Value;

/// The longest movie box that is loaded: a day of video needs some tens of megabytes.
const MOST_MOVIE: u64 = 256 << 20;

/// Outermost boxes that are gone through; clips have five to fifteen, fragmented ones some thousands.
const MOST_BOXES: u64 = 1 << 16;

pub struct Walker<'a, 's> {
    evidence: &'a Evidence,
    context: &'a Context<'a>,
    pub sink: &'s mut dyn Sink,
    pub version: Option<String>,
    pub has_movie: bool,
    pub is_damaged: bool,
    /// Telemetry was carved out of media data that no table leads into.
    pub has_carved: bool,
    media: Vec<Span>,
    /// What stands where a box must stand and is none.
    unboxed: Vec<Span>,
    /// Samples that are broken: the rest of the media data is known.
    broken: Vec<Span>,
    has_fragments: bool,
    /// Samples of telemetry that tables led to.
    telemetry: u64,
    has_telemetry_track: bool,
}

impl<'a, 's> Walker<'a, 's> {
    pub fn new(evidence: &'a Evidence, context: &'a Context<'a>, sink: &'s mut dyn Sink) -> Self {
        Walker {
            evidence,
            context,
            sink,
            version: None,
            has_movie: false,
            is_damaged: false,
            has_carved: false,
            media: Vec::new(),
            unboxed: Vec::new(),
            broken: Vec::new(),
            has_fragments: false,
            telemetry: 0,
            has_telemetry_track: false,
        }
    }

    /// # Errors
    /// When a file that is not in memory cannot be read again.
    pub fn walk(&mut self) -> io::Result<()> {
        let mut movies = Vec::new();
        let (mut at, mut count) = (0, 0);
        while at < self.evidence.len {
            let rest = self.evidence.len - at;
            let start = self.evidence.read(Span { offset: at, len: 16 })?;
            let head = Head::of(&start).or_else(|| self.media_without_length(at, &start));
            let Some(head) = head.filter(|_| count < MOST_BOXES) else {
                self.no_box(at, rest, &start, count >= MOST_BOXES)?;
                break;
            };
            count += 1;
            let stated = head.size.unwrap_or(rest);
            let whole = Span { offset: at, len: stated.min(rest) };
            if stated > rest {
                self.beyond(head, whole, stated);
            }
            self.outermost(head, whole, &mut movies)?;
            at = whole.end();
        }
        for movie in &movies {
            self.movie(movie);
        }
        if !self.has_movie {
            self.no_movie();
        }
        let carved = if self.needs_carving() { self.carve()? } else { Vec::new() };
        self.claim_media(&carved);
        if self.has_fragments {
            let message = "the clip is in fragments (moof): subtitles and telemetry in them are not read yet";
            self.sink.diagnostic(Diagnostic::note("mp4/fragments", Origin::Item, message));
        }
        Ok(())
    }

    fn outermost(&mut self, head: Head, whole: Span, movies: &mut Vec<Movie>) -> io::Result<()> {
        let inside = Span { offset: whole.offset + head.len.min(whole.len), len: whole.len.saturating_sub(head.len) };
        match &head.kind {
            b"moov" if inside.len > MOST_MOVIE => {
                self.is_damaged = true;
                let message = format!(
                    "the movie box has {} bytes, more than the {} that are loaded: it is not read",
                    inside.len, MOST_MOVIE
                );
                self.sink.diagnostic(Diagnostic::loss("mp4/movie-size", Origin::Bytes(whole.into()), message));
                self.plain(head, whole, "moov", inside);
            }
            b"moov" => {
                self.has_movie = true;
                let bytes = self.evidence.read(inside)?;
                self.plain(head, whole, "moov", Span { offset: inside.offset, len: 0 });
                let mut movie = Movie::default();
                self.is_damaged |= movie.read(&bytes, inside.offset, self.context.tables, self.sink);
                movies.push(movie);
            }
            b"ftyp" => {
                let bytes = self.evidence.read(Span { len: whole.len.min(4096), ..whole })?;
                let brand = |at: usize| bytes.get(at..at + 4).map(|b| String::from_utf8_lossy(b).into_owned());
                let compatible: Vec<String> = (16..bytes.len()).step_by(4).filter_map(brand).collect();
                self.version = brand(8).map(|brand| brand.trim().to_owned());
                let values = [
                    ("brand", self.version.clone().map_or(Value::Absent, |brand| Value::Text(brand.into()))),
                    ("compatible", Value::Text(compatible.join(" ").into())),
                ];
                Row { record: "file_type", at: &whole.into(), start_ns: None, values: &values }
                    .emit(self.context.tables, self.sink);
            }
            b"mdat" => {
                self.media.push(inside);
                self.plain(head, whole, "mdat", Span { offset: inside.offset, len: 0 });
            }
            b"udta" | b"meta" => {
                let bytes = self.evidence.read(Span { len: inside.len.min(MOST_MOVIE), ..inside })?;
                let mut movie = Movie::default();
                self.plain(head, whole, &name(head.kind), Span { offset: inside.offset, len: 0 });
                self.is_damaged |= movie.read_inside(head.kind, &bytes, inside.offset, self.context.tables, self.sink);
            }
            kind => {
                self.has_fragments |= *kind == *b"moof";
                self.plain(head, whole, &name(*kind), inside);
            }
        }
        Ok(())
    }

    /// Media data whose head states a length below its own, as of a recording whose head was to be filled in at the end: they
    /// reach to the end of the file.
    fn media_without_length(&mut self, at: u64, start: &[u8]) -> Option<Head> {
        let kind: [u8; 4] = start.get(4..8)?.try_into().ok().filter(|kind| kind == b"mdat")?;
        self.is_damaged = true;
        let head = Head { kind, len: if start.starts_with(&[0, 0, 0, 1]) { 16 } else { 8 }, size: None };
        let span = Span { offset: at, len: head.len };
        let message = "the media data state a length that none can have, as of a recording that was not closed: they are taken to \
                       reach to the end of the file";
        self.sink.diagnostic(Diagnostic::damage("mp4/no-length", Origin::Bytes(span.into()), message));
        Some(head)
    }

    /// No table leads to telemetry, and there may be some: the movie box is missing or damaged, or tells of a track without
    /// telling where its samples lie.
    fn needs_carving(&self) -> bool {
        self.telemetry == 0 && (!self.has_movie || self.is_damaged || self.has_telemetry_track)
    }

    /// Searches the media data; the places of the samples that were carved.
    fn carve(&mut self) -> io::Result<Vec<Span>> {
        let mut regions: Vec<Span> =
            self.media.iter().chain(&self.unboxed).copied().filter(|span| span.len > 0).collect();
        regions.sort();
        let carved = carve::carve(self.evidence, &regions, self.context, self.sink)?;
        self.has_carved = !carved.spans.is_empty();
        if !self.has_movie {
            clocks::tell_unclosed(self.evidence.name(), carved.first_fix, self.sink);
        }
        Ok(carved.spans)
    }

    /// The media data but for broken samples are known: what video and sound are is not interpreted. What is broken or no box is
    /// damaged, but for what was carved out of it.
    fn claim_media(&mut self, carved: &[Span]) {
        let mut carved = carved.to_vec();
        carved.sort();
        for damaged in self.broken.iter().chain(&self.unboxed) {
            let mut at = damaged.offset;
            let first = carved.partition_point(|span| span.end() <= damaged.offset);
            for span in carved.iter().skip(first).take_while(|span| span.offset < damaged.end()) {
                let before = Span { offset: at, len: span.offset.saturating_sub(at) };
                self.sink.claim(&before.into(), Class::Damaged, "no box, or no sample");
                at = at.max(span.end());
            }
            let rest = Span { offset: at, len: damaged.end().saturating_sub(at) };
            self.sink.claim(&rest.into(), Class::Damaged, "no box, or no sample");
        }
        self.broken.sort();
        for media in &self.media {
            let mut at = media.offset;
            for broken in self.broken.iter().filter(|span| span.end() > media.offset && span.offset < media.end()) {
                let before = Span { offset: at, len: broken.offset.saturating_sub(at) };
                self.sink.claim(&before.into(), Class::Known, "media data");
                at = at.max(broken.end());
            }
            let rest = Span { offset: at, len: media.end().saturating_sub(at) };
            self.sink.claim(&rest.into(), Class::Known, "media data");
        }
    }

    /// A box of which the head is read, and its content stepped over.
    fn plain(&mut self, head: Head, whole: Span, path: &str, content: Span) {
        let at = Extent::from(Span { len: head.len.min(whole.len), ..whole });
        let values = [("path", Value::Text(path.into())), ("bytes", Value::Unsigned(whole.len))];
        Row { record: "box", at: &at, start_ns: None, values: &values }.emit(self.context.tables, self.sink);
        self.sink.claim(&content.into(), Class::Known, "content of a box");
    }

    fn beyond(&mut self, head: Head, whole: Span, stated: u64) {
        self.is_damaged = true;
        let message = format!(
            "box {} states {stated} bytes and {} are there: the file was cut off, or its recording was not closed",
            head.name(),
            whole.len
        );
        self.sink.diagnostic(Diagnostic::damage("mp4/cut", Origin::Bytes(whole.into()), message));
    }

    /// What stands where a box must stand.
    fn no_box(&mut self, at: u64, len: u64, start: &[u8], too_many: bool) -> io::Result<()> {
        let span = Span { offset: at, len };
        let origin = Origin::Bytes(span.into());
        if too_many {
            self.is_damaged = true;
            let message = format!("more than {MOST_BOXES} boxes: what is behind them is not looked at");
            self.sink.diagnostic(Diagnostic::loss("mp4/boxes", origin, message));
            return Ok(());
        }
        // Cards hand out whole blocks; some cameras fill the last one with zeros.
        const PADDING: u64 = 1 << 20;
        let is_zero = start.iter().all(|byte| *byte == 0)
            && len <= PADDING
            && self.evidence.read(span)?.iter().all(|byte| *byte == 0);
        if is_zero {
            self.sink.claim(&span.into(), Class::Known, "zeros behind the last box");
            return Ok(());
        }
        self.is_damaged = true;
        self.unboxed.push(span);
        let message = format!("{len} bytes from here on stand where a box must stand and are none");
        self.sink.diagnostic(Diagnostic::damage("mp4/no-box", origin, message));
        Ok(())
    }

    fn no_movie(&mut self) {
        self.is_damaged = true;
        let media: u64 = self.media.iter().map(|span| span.len).sum();
        let at = self.media.first().map_or(Origin::Item, |span| Origin::Bytes((*span).into()));
        let message = format!(
            "the movie box (moov) is missing, as of a recording that was cut off before it was closed; {media} bytes of media data \
             are there, and are searched for telemetry: programs that rebuild clips can show them with a whole clip of the same \
             camera and setting beside; a subtitle file (.SRT) or a low-resolution copy (.LRF) beside it may tell where it was \
             taken"
        );
        self.sink.diagnostic(Diagnostic::loss("mp4/no-movie", at, message));
    }

    /// What the tracks and times of one movie tell.
    fn movie(&mut self, movie: &Movie) {
        let (mut telemetry_utc, mut ends, mut near) = (None, None, None);
        for track in &movie.tracks {
            self.sink.fact(Fact::Note { text: track.words(), at: Origin::Bytes(track.at.into()) });
            self.is_damaged |= self.is_beyond(track);
            match &track.format {
                b"djmd" => {
                    let read = telemetry::read(self.evidence, track, self.context, self.sink, &mut self.broken);
                    telemetry_utc = telemetry_utc.or(read.first_utc_ns);
                    ends = ends.or(read.ends);
                    near = near.or(read.first_place);
                    self.telemetry += read.rows;
                    self.has_telemetry_track = true;
                    self.is_damaged |= read.is_damaged;
                }
                b"tx3g" | b"text" | b"sbtl" => {
                    self.is_damaged |= subtitles::read(self.evidence, track, self.context, self.sink, &mut self.broken);
                }
                _ => {}
            }
        }
        // Their places are judged by those of the telemetry.
        for track in movie.tracks.iter().filter(|track| track.format == *b"dbgi") {
            debug::read(self.evidence, track, near, self.context, self.sink);
        }
        clocks::tell(movie, self.evidence.name(), telemetry_utc, ends, self.sink);
    }

    /// Chunks that lie behind the end of the file: it was cut though its index is there.
    fn is_beyond(&mut self, track: &super::movie::Track) -> bool {
        let chunks = &track.samples.chunks;
        let missing = chunks.iter().filter(|at| **at >= self.evidence.len).count();
        if missing > 0 {
            let message = format!(
                "track {}: {missing} of {} chunks lie behind the end of the file: it was cut off",
                track.id,
                chunks.len()
            );
            let origin = Origin::Bytes(track.at.into());
            self.sink.diagnostic(Diagnostic::loss("mp4/cut-media", origin, message));
        }
        missing > 0
    }
}
