//! Builds the module description from validated sections, one by one.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use updraft_types::*;
use wasmparser::{DataKind, ElementItems, ElementKind, ExternalKind, Payload, TableInit, TypeRef};

use crate::{DecodeError, convert, plain};

/// The description as far as it is known.
pub(crate) struct Facts {
    pub(crate) desc: ModuleDesc,
    /// Contents of the name section; the first counts.
    pub(crate) names: Option<Range<usize>>,
    /// Which functions have their reference taken, by `FuncIndex`. May be
    /// shorter than there are functions.
    pub(crate) escapes: Vec<bool>,
}

/// The parser's range as ours. Lengths of what we hold fit.
pub(crate) fn range(range: Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

impl Facts {
    pub(crate) fn new(features: &Features) -> Self {
        let desc = ModuleDesc { features: *features, ..ModuleDesc::default() };
        Self { desc, names: None, escapes: Vec::new() }
    }

    /// The limits of ours that the parser does not know: the lowest fault.
    pub(crate) fn check_limits(&self, payload: &Payload<'_>) -> Result<(), DecodeError> {
        let too_many = |offset| {
            let max = limits::MAX_TABLES;
            Err(DecodeError::new(format!("tables count exceeds limit of {max}"), offset))
        };
        match payload {
            Payload::ImportSection(s) => {
                let mut tables = 0;
                // What cannot be read is reported by validation.
                for (offset, import) in s.clone().into_imports_with_offsets().map_while(|i| i.ok())
                {
                    tables += usize::from(matches!(import.ty, TypeRef::Table(_)));
                    if tables > limits::MAX_TABLES {
                        return too_many(offset as usize);
                    }
                }
            }
            Payload::TableSection(s)
                if self.desc.tables.len() + s.count() as usize > limits::MAX_TABLES =>
            {
                return too_many(s.range().start as usize);
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds a validated section. Nothing if the payload is not a section.
    pub(crate) fn section(
        &mut self,
        payload: Payload<'_>,
    ) -> Result<Option<SectionInfo>, DecodeError> {
        let Some((id, bytes)) = payload.as_section() else { return Ok(None) };
        let count = match &payload {
            Payload::TypeSection(s) => Some(s.count()),
            Payload::ImportSection(s) => Some(s.count()),
            Payload::FunctionSection(s) => Some(s.count()),
            Payload::TableSection(s) => Some(s.count()),
            Payload::MemorySection(s) => Some(s.count()),
            Payload::GlobalSection(s) => Some(s.count()),
            Payload::ExportSection(s) => Some(s.count()),
            Payload::ElementSection(s) => Some(s.count()),
            Payload::CodeSectionStart { count, .. } => Some(*count),
            Payload::DataSection(s) => Some(s.count()),
            Payload::DataCountSection { count, .. } => Some(*count),
            _ => None,
        };
        match payload {
            Payload::TypeSection(s) => self.types(s)?,
            Payload::ImportSection(s) => self.imports(s)?,
            Payload::FunctionSection(s) => {
                for ty in s {
                    self.desc.funcs.push(TypeIndex::new(ty?));
                }
            }
            Payload::TableSection(s) => self.tables(s)?,
            Payload::MemorySection(s) => {
                for memory in s.into_iter_with_offsets() {
                    let (offset, ty) = memory?;
                    self.desc.memories.push(convert::memory_type(&ty, offset)?);
                }
            }
            Payload::GlobalSection(s) => self.globals(s)?,
            Payload::ExportSection(s) => self.exports(s)?,
            Payload::StartSection { func, .. } => self.desc.start = Some(FuncIndex::new(func)),
            Payload::ElementSection(s) => self.elems(s)?,
            Payload::CodeSectionStart { .. } => self.number_func_refs(),
            Payload::DataSection(s) => self.datas(s)?,
            Payload::CustomSection(s) => {
                let bytes = range(s.data_range());
                if s.name() == "name" {
                    self.names.get_or_insert(bytes.clone());
                }
                self.desc.customs.push(CustomSection { name: s.name().into(), bytes });
            }
            _ => {}
        }
        Ok(Some(self.add_section(SectionInfo { id, bytes: range(bytes), count })))
    }

    /// Adds the data section if it can be read the short way, without having
    /// been validated. `module` are the module's bytes up to its end or more.
    pub(crate) fn plain_data_section(
        &mut self,
        module: &[u8],
        section: &wasmparser::DataSectionReader<'_>,
    ) -> Option<SectionInfo> {
        let bytes = range(section.range());
        self.desc.datas = crate::data::plain_segments(module, bytes.clone(), &self.desc)?;
        Some(self.add_section(SectionInfo { id: 11, bytes, count: Some(section.count()) }))
    }

    /// What the short way checks bodies against; to be asked when the code
    /// section starts. It knows the default features only.
    pub(crate) fn plain_context(&self) -> Option<plain::Context> {
        let is_known = self.desc.features == Features::default();
        is_known.then(|| plain::Context::new(&self.desc, &self.escapes)).flatten()
    }

    fn add_section(&mut self, info: SectionInfo) -> SectionInfo {
        self.desc.sections.push(info.clone());
        info
    }

    /// The whole description.
    pub(crate) fn finish(mut self, bytes: &WireBytes) -> ModuleDesc {
        let desc = &mut self.desc;
        desc.module_bytes = bytes.len();
        if let Some(section) = self.names.take() {
            desc.names = Names::lazy(bytes.clone(), section, crate::names::parse);
        }
        // Without a code section there was no call before.
        self.number_func_refs();
        self.desc
    }

    /// Gives records to the functions whose reference may be taken. All of
    /// them are known when the code section starts.
    fn number_func_refs(&mut self) {
        let desc = &mut self.desc;
        let n_funcs = desc.n_declared_funcs();
        if desc.func_refs.len() == n_funcs {
            return;
        }
        let escapes = self.escapes.get(desc.n_imported_funcs as usize..).unwrap_or(&[]);
        desc.func_refs = (0..n_funcs)
            .map(|i| {
                let escapes = escapes.get(i).is_some_and(|e| *e);
                escapes.then(|| desc.escaped.push(DeclaredFuncIndex::new(i as u32)))
            })
            .collect();
    }

    fn types(&mut self, section: wasmparser::TypeSectionReader<'_>) -> Result<(), DecodeError> {
        let offset = section.range().start;
        for ty in section.into_iter_err_on_gc_types() {
            self.desc.types.push(Arc::new(convert::func_type(&ty?, offset)?));
        }
        Ok(())
    }

    fn imports(&mut self, section: wasmparser::ImportSectionReader<'_>) -> Result<(), DecodeError> {
        let desc = &mut self.desc;
        for import in section.into_imports_with_offsets() {
            let (offset, import) = import?;
            let kind = match import.ty {
                TypeRef::Func(ty) => {
                    desc.n_imported_funcs += 1;
                    desc.funcs.push(TypeIndex::new(ty));
                    ImportKind::Func(TypeIndex::new(ty))
                }
                TypeRef::Table(ty) => {
                    let ty = convert::table_type(&ty, offset)?;
                    desc.n_imported_tables += 1;
                    desc.tables.push(TableDesc { ty, init: None });
                    ImportKind::Table(ty)
                }
                TypeRef::Memory(ty) => {
                    let ty = convert::memory_type(&ty, offset)?;
                    desc.n_imported_memories += 1;
                    desc.memories.push(ty);
                    ImportKind::Memory(ty)
                }
                TypeRef::Global(ty) => {
                    let ty = convert::global_type(&ty, offset)?;
                    desc.n_imported_globals += 1;
                    desc.globals.push(ty);
                    ImportKind::Global(ty)
                }
                TypeRef::Tag(_) | TypeRef::FuncExact(_) => {
                    return Err(DecodeError::new("unsupported kind of import", offset as usize));
                }
            };
            desc.imports.push(Import {
                module: import.module.into(),
                name: import.name.into(),
                kind,
            });
        }
        Ok(())
    }

    fn tables(&mut self, section: wasmparser::TableSectionReader<'_>) -> Result<(), DecodeError> {
        for table in section.into_iter_with_offsets() {
            let (offset, table) = table?;
            let ty = convert::table_type(&table.ty, offset)?;
            let init = match table.init {
                TableInit::RefNull => None,
                TableInit::Expr(expr) => Some(self.const_expr(&expr)?),
            };
            self.desc.tables.push(TableDesc { ty, init });
        }
        Ok(())
    }

    fn globals(&mut self, section: wasmparser::GlobalSectionReader<'_>) -> Result<(), DecodeError> {
        for global in section.into_iter_with_offsets() {
            let (offset, global) = global?;
            let init = self.const_expr(&global.init_expr)?;
            self.desc.globals.push(convert::global_type(&global.ty, offset)?);
            self.desc.global_inits.push(init);
        }
        Ok(())
    }

    fn exports(&mut self, section: wasmparser::ExportSectionReader<'_>) -> Result<(), DecodeError> {
        self.desc.export_names = HashMap::with_capacity(section.count() as usize);
        for export in section.into_iter_with_offsets() {
            let (offset, export) = export?;
            let index = export.index;
            let entity = match export.kind {
                ExternalKind::Func => {
                    self.escapes(FuncIndex::new(index));
                    EntityRef::Func(FuncIndex::new(index))
                }
                ExternalKind::Table => EntityRef::Table(TableIndex::new(index)),
                ExternalKind::Memory => EntityRef::Memory(MemoryIndex::new(index)),
                ExternalKind::Global => EntityRef::Global(GlobalIndex::new(index)),
                ExternalKind::Tag | ExternalKind::FuncExact => {
                    return Err(DecodeError::new("unsupported kind of export", offset as usize));
                }
            };
            let position = self.desc.exports.len() as u32;
            self.desc.export_names.insert(export.name.into(), position);
            self.desc.exports.push(Export { name: export.name.into(), entity });
        }
        Ok(())
    }

    fn elems(&mut self, section: wasmparser::ElementSectionReader<'_>) -> Result<(), DecodeError> {
        for elem in section.into_iter_with_offsets() {
            let (offset, elem) = elem?;
            let mode = match elem.kind {
                ElementKind::Passive => SegmentMode::Passive,
                ElementKind::Declared => SegmentMode::Declared,
                ElementKind::Active { table_index, offset_expr } => SegmentMode::Active {
                    target: TableIndex::new(table_index.unwrap_or(0)),
                    offset: self.const_expr(&offset_expr)?,
                },
            };
            let (ty, items) = match elem.items {
                ElementItems::Functions(funcs) => {
                    let mut items = Vec::with_capacity(funcs.count() as usize);
                    for func in funcs {
                        let func = FuncIndex::new(func?);
                        self.escapes(func);
                        items.push(func);
                    }
                    (RefType::FUNCREF, ElemItems::Funcs(items.into()))
                }
                ElementItems::Expressions(ty, exprs) => {
                    let Some(ty) = convert::ref_type(ty) else {
                        let message = "unsupported type of element segment";
                        return Err(DecodeError::new(message, offset as usize));
                    };
                    (ty, self.elem_exprs(exprs)?)
                }
            };
            self.desc.elems.push(ElemSegment { ty, mode, items });
        }
        Ok(())
    }

    /// Expressions that all are `ref.func` become the short form, which takes
    /// a tenth of the memory.
    fn elem_exprs(
        &mut self,
        exprs: wasmparser::SectionLimited<'_, wasmparser::ConstExpr<'_>>,
    ) -> Result<ElemItems, DecodeError> {
        let mut funcs = Vec::new();
        for expr in exprs.clone() {
            match self.const_expr(&expr?)?.ops[..] {
                [ConstOp::RefFunc(func)] => funcs.push(func),
                _ => {
                    let mut items = Vec::with_capacity(exprs.count() as usize);
                    for expr in exprs {
                        items.push(self.const_expr(&expr?)?);
                    }
                    return Ok(ElemItems::Exprs(items.into()));
                }
            }
        }
        Ok(ElemItems::Funcs(funcs.into()))
    }

    fn datas(&mut self, section: wasmparser::DataSectionReader<'_>) -> Result<(), DecodeError> {
        for data in section {
            let data = data?;
            let end = data.range.end as usize;
            let mode = match data.kind {
                DataKind::Passive => SegmentMode::Passive,
                DataKind::Active { memory_index, offset_expr } => SegmentMode::Active {
                    target: MemoryIndex::new(memory_index),
                    offset: self.const_expr(&offset_expr)?,
                },
            };
            self.desc.datas.push(DataSegment { mode, bytes: end - data.data.len()..end });
        }
        Ok(())
    }

    fn const_expr(&mut self, expr: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, DecodeError> {
        convert::const_expr(expr, |func| mark(&mut self.escapes, func))
    }

    fn escapes(&mut self, func: FuncIndex) {
        mark(&mut self.escapes, func);
    }
}

/// Validation has checked that the function exists, which bounds the length.
fn mark(escapes: &mut Vec<bool>, func: FuncIndex) {
    if escapes.len() <= func.index() {
        escapes.resize(func.index() + 1, false);
    }
    escapes[func.index()] = true;
}
