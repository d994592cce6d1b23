//! The push decoder: takes bytes as they come and hands out what is whole.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use updraft_types::{
    BodyRange, DeclaredFuncIndex, Features, ModuleDesc, SectionInfo, WireBytes, limits,
};
use wasmparser::{
    BinaryReader, Chunk, DataSectionReader, Encoding, FuncToValidate, Parser, Payload, Validator,
    ValidatorResources, WasmFeatures,
};

use crate::facts::{Facts, range};
use crate::features::wasm_features;
use crate::plain::Context;
use crate::{BodyToValidate, DecodeError, LowestFault, ValidateScratch};

/// Bodies are handed out in batches of at least this size, or at the end of
/// what has arrived: small enough that others start early, large enough that
/// the batch's own copy of its bytes is cheap to make.
const BATCH_BYTES: usize = 64 << 10;

/// Something that has become whole.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A section that was decoded and found valid. Of the code section only
    /// the count of bodies has been read: they follow.
    Section(SectionInfo),
    /// A body.
    Body(BodyToValidate),
}

/// Takes a module in chunks.
///
/// The result does not depend on where the chunks end.
pub struct PushDecoder {
    core: Core,
    /// All bytes so far.
    bytes: Vec<u8>,
    max_bytes: usize,
    failed: Option<DecodeError>,
}

impl PushDecoder {
    /// A decoder that accepts modules with these features.
    pub fn new(features: &Features) -> Self {
        let max_bytes = limits::MAX_MODULE_BYTES as usize;
        Self { core: Core::new(features), bytes: Vec::new(), max_bytes, failed: None }
    }

    /// Takes the next bytes. `sink` is given what became whole, in order.
    /// After a fault, bytes are ignored and the fault is returned again.
    pub fn push(&mut self, chunk: &[u8], sink: &mut dyn FnMut(Event)) -> Result<(), DecodeError> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let room = self.max_bytes - self.bytes.len();
        let taken = &chunk[..chunk.len().min(room)];
        self.bytes.extend_from_slice(taken);
        let mut result = self.core.run(&self.bytes, None, false, sink);
        if result.is_ok() && taken.len() < chunk.len() {
            result = Err(module_too_large(self.max_bytes));
        }
        self.failed = result.clone().err();
        result
    }

    /// Number of bytes taken so far.
    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// What is known so far. When the code section was announced, everything
    /// that compilers look at is complete: all but bodies, data segments,
    /// custom sections and names.
    pub fn desc(&self) -> &ModuleDesc {
        &self.core.facts.desc
    }

    /// There are no more bytes.
    pub fn finish(mut self, sink: &mut dyn FnMut(Event)) -> Result<DecodedModule, DecodeError> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        self.core.run(&self.bytes, None, true, sink)?;
        Ok(self.core.finish(self.bytes.into()))
    }
}

impl fmt::Debug for PushDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushDecoder")
            .field("n_bytes", &self.bytes.len())
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

/// Decodes a module that is all there: the same as pushing it, without a copy.
///
/// The bodies that `sink` is given are not validated yet.
pub fn decode_whole(
    bytes: impl Into<WireBytes>,
    features: &Features,
    sink: &mut dyn FnMut(Event),
) -> Result<DecodedModule, DecodeError> {
    decode_limited(bytes.into(), features, limits::MAX_MODULE_BYTES as usize, sink)
}

fn decode_limited(
    bytes: WireBytes,
    features: &Features,
    max_bytes: usize,
    sink: &mut dyn FnMut(Event),
) -> Result<DecodedModule, DecodeError> {
    let mut core = Core::new(features);
    if bytes.len() > max_bytes {
        core.run(&bytes[..max_bytes], Some(&bytes), false, sink)?;
        return Err(module_too_large(max_bytes));
    }
    core.run(&bytes, Some(&bytes), true, sink)?;
    Ok(core.finish(bytes))
}

/// Decodes a module and validates its bodies, on this thread.
pub fn validate(
    bytes: impl Into<WireBytes>,
    features: &Features,
) -> Result<DecodedModule, DecodeError> {
    let mut scratch = ValidateScratch::new();
    let mut lowest = LowestFault::new();
    let decoded = decode_whole(bytes, features, &mut |event| {
        // Bodies come in order: after a fault, later ones do not matter.
        if let (Event::Body(body), None) = (event, lowest.fault()) {
            lowest.check(body.validate(&mut scratch));
        }
    });
    let module = lowest.check(decoded);
    lowest.into_result()?;
    Ok(module.expect("a module without a fault was decoded"))
}

fn module_too_large(max_bytes: usize) -> DecodeError {
    DecodeError::new(format!("module size exceeds limit of {max_bytes} bytes"), max_bytes)
}

/// A decoded module. Whether its bodies are valid is for those to say who were
/// given them.
#[derive(Debug)]
pub struct DecodedModule {
    /// What is known of it.
    pub desc: ModuleDesc,
    /// All its bytes.
    pub bytes: WireBytes,
    /// What bodies are validated against.
    pub bodies: BodyValidator,
}

/// What the bodies of a module are validated against, to validate them later.
#[derive(Clone)]
pub struct BodyValidator {
    /// Nothing if the module has no body.
    resources: Option<ValidatorResources>,
    plain: Option<Arc<Context>>,
    features: WasmFeatures,
}

impl BodyValidator {
    /// A body of the module that this came with. `desc` and `bytes` are that
    /// module's. Nothing if there is no such function.
    pub fn body(
        &self,
        desc: &ModuleDesc,
        bytes: &WireBytes,
        func: DeclaredFuncIndex,
    ) -> Option<BodyToValidate> {
        let range = desc.bodies.get(func)?.bytes.clone();
        let index = desc.func_index(func);
        let check = FuncToValidate {
            resources: self.resources.clone()?,
            index: index.raw(),
            ty: desc.funcs[index].raw(),
            features: self.features,
        };
        let (bytes, plain) = (bytes.clone(), self.plain.clone());
        Some(BodyToValidate { func, check, plain, bytes, base: 0, range })
    }
}

impl fmt::Debug for BodyValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyValidator").finish_non_exhaustive()
    }
}

/// The decoder without the bytes.
struct Core {
    parser: Parser,
    validator: Validator,
    facts: Facts,
    features: WasmFeatures,
    resources: Option<ValidatorResources>,
    /// Set when the code section starts.
    plain: Option<Arc<Context>>,
    /// How much has been decoded.
    at: usize,
    /// How many bytes there must be before it makes sense to go on. This keeps
    /// the work linear when bytes come one by one.
    wanted: usize,
    /// Bodies that are to be handed out: adjacent.
    batch: Vec<(DeclaredFuncIndex, FuncToValidate<ValidatorResources>, Range<usize>)>,
}

impl Core {
    fn new(features: &Features) -> Self {
        let facts = Facts::new(features);
        let features = wasm_features(features);
        let mut parser = Parser::new(0);
        parser.set_features(features);
        Self {
            parser,
            validator: Validator::new_with_features(features),
            facts,
            features,
            resources: None,
            plain: None,
            at: 0,
            wanted: 0,
            batch: Vec::new(),
        }
    }

    /// Goes on as far as the bytes allow. `bytes` are all from the start of
    /// the module, `shared` the same if they can be shared as they are.
    fn run(
        &mut self,
        bytes: &[u8],
        shared: Option<&WireBytes>,
        eof: bool,
        sink: &mut dyn FnMut(Event),
    ) -> Result<(), DecodeError> {
        if bytes.len() < self.wanted && !eof {
            return Ok(());
        }
        let result = self.steps(bytes, shared, eof, sink);
        self.flush(bytes, shared, sink);
        result
    }

    fn steps(
        &mut self,
        bytes: &[u8],
        shared: Option<&WireBytes>,
        eof: bool,
        sink: &mut dyn FnMut(Event),
    ) -> Result<(), DecodeError> {
        loop {
            let payload = match self.parser.parse(&bytes[self.at..], eof) {
                Ok(Chunk::Parsed { consumed, payload }) => {
                    self.at += consumed;
                    payload
                }
                Ok(Chunk::NeedMoreData(hint)) => {
                    self.wanted = bytes.len().saturating_add(hint);
                    return Ok(());
                }
                Err(fault) => return Err(self.lower_fault(&bytes[self.at..], fault)),
            };
            match payload {
                Payload::Version { encoding: Encoding::Component, .. } => {
                    let message = "unknown binary version: this is a component, \
                                   only core modules are supported";
                    return Err(DecodeError::new(message, 4));
                }
                Payload::CodeSectionEntry(body) => {
                    let check = self.validator.code_section_entry(&body)?;
                    if self.resources.is_none() {
                        self.resources = Some(check.resources.clone());
                    }
                    let range = range(body.range());
                    let func = self.facts.desc.bodies.push(BodyRange { bytes: range.clone() });
                    self.batch.push((func, check, range.clone()));
                    if range.end - self.batch[0].2.start >= BATCH_BYTES {
                        self.flush(bytes, shared, sink);
                    }
                }
                Payload::End(_) => {
                    self.validator.payload(&payload)?;
                    return Ok(());
                }
                payload => {
                    self.flush(bytes, shared, sink);
                    if let Payload::DataSection(section) = &payload
                        && let Some(info) = self.facts.plain_data_section(bytes, section)
                    {
                        sink(Event::Section(info));
                        continue;
                    }
                    let mut lowest = LowestFault::new();
                    lowest.check(self.validator.payload(&payload).map_err(DecodeError::from));
                    lowest.check(self.facts.check_limits(&payload));
                    lowest.into_result()?;
                    let is_code = matches!(payload, Payload::CodeSectionStart { .. });
                    if let Some(info) = self.facts.section(payload)? {
                        sink(Event::Section(info));
                    }
                    if is_code {
                        self.plain = self.facts.plain_context().map(Arc::new);
                    }
                }
            }
        }
    }

    /// The parser compares the count of data segments with what was announced
    /// before anyone looks at them, so there may be a lower fault inside of
    /// the section that it refuses.
    fn lower_fault(&mut self, rest: &[u8], fault: wasmparser::Error) -> DecodeError {
        const DATA_SECTION: u8 = 11;
        let mut lowest = LowestFault::new();
        let in_code = self.facts.desc.bodies.len() < self.n_bodies();
        if rest.first() == Some(&DATA_SECTION) && !in_code {
            let end = usize::try_from(fault.offset()).map_or(0, |o| o.saturating_sub(self.at));
            let mut header = BinaryReader::new_features(rest, self.at as u64, self.features);
            let mut section = || -> wasmparser::Result<()> {
                header.read_u8()?;
                let contents = header.read_reader()?;
                if contents.range().end - self.at as u64 == end as u64 {
                    self.validator.data_section(&DataSectionReader::new(contents)?)?;
                }
                Ok(())
            };
            lowest.check(section().map_err(DecodeError::from));
        }
        lowest.note(fault.into());
        lowest.into_result().expect_err("it was given a fault")
    }

    /// Number of bodies that the code section announced.
    fn n_bodies(&self) -> usize {
        const CODE_SECTION: u8 = 10;
        let code = self.facts.desc.sections.iter().find(|s| s.id == CODE_SECTION);
        code.and_then(|s| s.count).unwrap_or(0) as usize
    }

    /// Hands out the bodies of the batch.
    fn flush(&mut self, bytes: &[u8], shared: Option<&WireBytes>, sink: &mut dyn FnMut(Event)) {
        let (Some(first), Some(last)) = (self.batch.first(), self.batch.last()) else { return };
        let (bytes, base) = match shared {
            Some(shared) => (shared.clone(), 0),
            None => (bytes[first.2.start..last.2.end].into(), first.2.start),
        };
        for (func, check, range) in self.batch.drain(..) {
            let (bytes, plain) = (bytes.clone(), self.plain.clone());
            sink(Event::Body(BodyToValidate { func, check, plain, bytes, base, range }));
        }
    }

    fn finish(self, bytes: WireBytes) -> DecodedModule {
        DecodedModule {
            desc: self.facts.finish(&bytes),
            bytes,
            bodies: BodyValidator {
                resources: self.resources,
                plain: self.plain,
                features: self.features,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    /// The verdict on the bytes, pushed one by one and whole.
    fn limited(bytes: &[u8], max_bytes: usize) -> Option<DecodeError> {
        let features = Features::default();
        let mut decoder = PushDecoder::new(&features);
        decoder.max_bytes = max_bytes;
        let pushed = bytes
            .iter()
            .try_for_each(|byte| decoder.push(&[*byte], &mut |_| ()))
            .and_then(|()| decoder.finish(&mut |_| ()));
        let whole = decode_limited(bytes.into(), &features, max_bytes, &mut |_| ());
        assert_eq!(whole.as_ref().err(), pushed.as_ref().err());
        whole.err()
    }

    #[test]
    fn a_module_may_have_as_many_bytes_as_the_limit() {
        let custom = [EMPTY, &[0, 4, 1, b'c', 1, 2]].concat();
        assert_eq!(limited(&custom, custom.len()), None);
        let fault = limited(&custom, custom.len() - 1).expect("it is too large");
        assert_eq!(fault.to_string(), "module size exceeds limit of 13 bytes @+0xd");
    }

    #[test]
    fn a_fault_before_the_limit_wins_over_it() {
        let wrong = [EMPTY, &[1, 1, 0, 1, 1, 0, 0, 9]].concat();
        let fault = limited(&wrong, wrong.len() - 1).expect("it has two faults");
        assert_eq!((fault.message(), fault.offset()), ("section out of order", 13));
    }
}
