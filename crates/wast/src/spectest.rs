//! The host module `spectest` that scripts import from.
//!
//! Owns its table of exports. Called by `script`.

use std::collections::HashMap;

use updraft::{
    Extern, Func, Global, GlobalType, Memory, MemoryType, Mutability, Ref, RefType, Result, Store,
    Table, TableType, Val, ValType,
};

use crate::PrintHook;

/// The exports of `spectest`, made in `store`.
pub(crate) fn exports(
    store: &mut Store<()>,
    print: Option<PrintHook>,
) -> Result<HashMap<&'static str, Extern>> {
    let mut exports: HashMap<&'static str, Extern> = HashMap::new();
    let print = move |line: std::fmt::Arguments<'_>| {
        if let Some(hook) = &print {
            hook(&line.to_string());
        }
    };

    let p = print.clone();
    exports.insert("print", Func::wrap(&mut *store, move || p(format_args!("print"))).into());
    let p = print.clone();
    let f = Func::wrap(&mut *store, move |a: i32| p(format_args!("{a}: i32")));
    exports.insert("print_i32", f.into());
    let p = print.clone();
    let f = Func::wrap(&mut *store, move |a: i64| p(format_args!("{a}: i64")));
    exports.insert("print_i64", f.into());
    let p = print.clone();
    let f = Func::wrap(&mut *store, move |a: f32| p(format_args!("{a:?}: f32")));
    exports.insert("print_f32", f.into());
    let p = print.clone();
    let f = Func::wrap(&mut *store, move |a: f64| p(format_args!("{a:?}: f64")));
    exports.insert("print_f64", f.into());
    let p = print.clone();
    let f = Func::wrap(&mut *store, move |a: i32, b: f32| {
        p(format_args!("{a}: i32, {b:?}: f32"));
    });
    exports.insert("print_i32_f32", f.into());
    let p = print;
    let f = Func::wrap(&mut *store, move |a: f64, b: f64| {
        p(format_args!("{a:?}: f64, {b:?}: f64"));
    });
    exports.insert("print_f64_f64", f.into());

    for (name, ty, value) in [
        ("global_i32", ValType::I32, Val::I32(666)),
        ("global_i64", ValType::I64, Val::I64(666)),
        ("global_f32", ValType::F32, Val::F32(666.6_f32.to_bits())),
        ("global_f64", ValType::F64, Val::F64(666.6_f64.to_bits())),
    ] {
        let ty = GlobalType::new(ty, Mutability::Const);
        exports.insert(name, Global::new(&mut *store, ty, value)?.into());
    }

    let table = TableType::new(RefType::FUNCREF, 10, Some(20));
    exports.insert("table", Table::new(&mut *store, table, Ref::Func(None))?.into());
    exports.insert("memory", Memory::new(&mut *store, MemoryType::new(1, Some(2)))?.into());
    Ok(exports)
}
