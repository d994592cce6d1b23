//! An isolate with an instance of a module whose functions are pieces of code,
//! and upcalls that remember what they were told.

use std::any::Any;
use std::sync::{Arc, Mutex, Weak};

use updraft_abi::{Bounds, OsrLoop, OsrMap, OsrPlace, PositionsBuilder, Tier};
use updraft_runtime::code_space::{CodeBlock, CodeInfo, CodeKind, CodeSpace, CodeSpaceConfig};
use updraft_runtime::host::{HostCaller, HostClosure};
use updraft_runtime::{
    CallError, FeedbackSnapshot, FuncHandle, GuardMiss, HostError, InstanceObj, IsolateConfig,
    Profile, Rooted, RuntimeModule, StoreInner, Upcalls, VmIsolate, call,
};
use updraft_types::{
    BodyRange, DeclaredFuncIndex, FuncIndex, FuncRefIndex, FuncType, ModuleDesc, TrapCode, ValType,
    WireBytes,
};

use crate::code;

pub const KEEP: u32 = 0;
pub const LOOPING: u32 = 1;
pub const OUTER: u32 = 2;
pub const CHECKING: u32 = 3;
pub const IDENTITY: u32 = 4;
pub const CALLING: u32 = 5;

/// A call of `tier_up`.
#[derive(Clone, PartialEq, Debug)]
pub struct TierUp {
    pub func: u32,
    pub ordinal: Option<u32>,
    pub feedback: FeedbackSnapshot,
}

/// What upcalls do.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Mood {
    #[default]
    GoOn,
    /// `tier_up` answers with this address.
    Answer(usize),
    Panic,
    /// `interrupt` ends the call.
    Trap,
}

#[derive(Default)]
pub struct Recorder {
    pub tier_ups: Mutex<Vec<TierUp>>,
    pub interrupts: Mutex<u32>,
    pub mood: Mutex<Mood>,
    /// Where `interrupt` reports to, if it shall.
    pub report: Mutex<Option<Vec<usize>>>,
}

impl Recorder {
    fn act(&self) -> Mood {
        // What a body may do with registers.
        let sum: f64 = (0..100).map(|i| std::hint::black_box(f64::from(i)).sqrt()).sum();
        assert!(sum > 0.0);
        let mood = *self.mood.lock().unwrap();
        assert_ne!(mood, Mood::Panic, "as told");
        mood
    }
}

impl Upcalls for Recorder {
    fn lazy_compile(
        &self,
        _: &Arc<dyn Any + Send + Sync>,
        func: DeclaredFuncIndex,
        _: Bounds,
    ) -> Result<(), String> {
        Err(format!("function {} was published", func.raw()))
    }

    fn tier_up(
        &self,
        _: &Arc<dyn Any + Send + Sync>,
        func: DeclaredFuncIndex,
        _: Bounds,
        ordinal: Option<u32>,
        profile: &Profile<'_>,
    ) -> Option<usize> {
        let mut seen = FeedbackSnapshot::new();
        profile.sites(None, &mut seen);
        // Of one function, the same is known.
        let mut own = FeedbackSnapshot::new();
        profile.sites(Some(func), &mut own);
        assert!(own.iter().eq(seen.iter().filter(|(f, _)| *f == func)));
        let call = TierUp { func: func.raw(), ordinal, feedback: seen };
        self.tier_ups.lock().unwrap().push(call);
        match self.act() {
            Mood::Answer(address) => Some(address),
            _ => None,
        }
    }

    fn guard_missed(&self, _: &Arc<dyn Any + Send + Sync>, _: GuardMiss, _: &Profile<'_>) {}

    fn interrupt(&self, vm: &VmIsolate, _: u64) -> Result<(), TrapCode> {
        if let Some(report) = &mut *self.report.lock().unwrap() {
            assert!(vm.own_live_return_pcs(report));
        }
        *self.interrupts.lock().unwrap() += 1;
        if self.act() == Mood::Trap { Err(TrapCode::Interrupted) } else { Ok(()) }
    }
}

/// A module and what it needs to live.
pub struct Module {
    pub runtime: Arc<RuntimeModule>,
    native: Arc<dyn Any + Send + Sync>,
    pub blocks: Vec<CodeBlock>,
    /// Where `LOOPING` can go on.
    pub target: CodeBlock,
}

impl Module {
    pub fn new() -> Self {
        Self::with_loop_places(&[])
    }

    /// With further values on the operand stack of the loop.
    pub fn with_loop_places(more: &[OsrPlace]) -> Self {
        let mut desc = ModuleDesc::default();
        let plain = desc.types.push(FuncType::new([ValType::I64; 4], [ValType::I64]).into());
        let identity = desc.types.push(FuncType::new([ValType::FUNCREF], [ValType::I64]).into());
        let pieces = [
            code::keep(),
            code::looping(),
            code::outer(),
            code::checking(),
            code::identity(),
            code::calling(),
        ];
        for i in 0..pieces.len() as u32 {
            desc.funcs.push(if i == IDENTITY { identity } else { plain });
            let declared = desc.bodies.push(BodyRange::default());
            let record: FuncRefIndex = desc.escaped.push(declared);
            desc.func_refs.push(Some(record));
        }
        let runtime = RuntimeModule::new(Arc::new(desc), WireBytes::default()).unwrap();
        let owner: Arc<dyn Any + Send + Sync> = runtime.clone();
        let owner: Weak<dyn Any + Send + Sync> = Arc::downgrade(&owner);
        let space = CodeSpace::new(CodeSpaceConfig::default()).unwrap();
        let table = |bounds| runtime.code_table(bounds).unwrap();
        let mut blocks = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            let func = FuncIndex::new(i as u32);
            let mut positions = PositionsBuilder::new(func);
            positions.push(0, 0);
            let info = CodeInfo {
                owner: Some(owner.clone()),
                positions: positions.finish(),
                tier: Tier::Baseline,
                osr: (i as u32 == LOOPING).then(|| Box::new(osr_map(more))),
                ..CodeInfo::bare(CodeKind::Func(func))
            };
            let block = space.allocate(piece, 16, info).unwrap();
            for bounds in Bounds::ALL {
                table(bounds).publish(DeclaredFuncIndex::new(i as u32), block.start() as usize);
            }
            blocks.push(block);
        }
        let kind = CodeKind::Loop(FuncIndex::new(LOOPING));
        let target = space.allocate(&code::target(), 16, CodeInfo::bare(kind)).unwrap();
        Self { native: runtime.clone(), runtime, blocks, target }
    }

    pub fn address(&self, func: u32) -> u64 {
        self.blocks[func as usize].start() as u64
    }
}

fn osr_map(more: &[OsrPlace]) -> OsrMap {
    let stack = [OsrPlace::WideFrame(-80), OsrPlace::Int(15)].iter().chain(more).copied();
    OsrMap {
        saved: [(3, -8), (12, -16), (14, -24), (15, -32), (13, -40)].into(),
        result_area: Some(-48),
        locals: [OsrPlace::Int(3), OsrPlace::Int(0), OsrPlace::Frame(-56), OsrPlace::Float(3)]
            .into(),
        loops: [OsrLoop { ordinal: 3, stack: stack.collect() }].into(),
    }
}

/// An isolate.
pub struct World {
    pub recorder: Arc<Recorder>,
    pub store: Box<StoreInner<()>>,
}

impl World {
    pub fn new() -> Self {
        let recorder = Arc::new(Recorder::default());
        let config = IsolateConfig { max_wasm_stack: 128 << 10, memory_reservation: true };
        let store = StoreInner::new(recorder.clone(), config, |_| ());
        Self { recorder, store }
    }

    pub fn instance(&mut self, module: &Module) -> Rooted<InstanceObj> {
        self.store.isolate_mut().instantiate(&module.runtime, &module.native, &[]).unwrap()
    }

    pub fn mood(&self, mood: Mood) {
        *self.recorder.mood.lock().unwrap() = mood;
    }

    pub fn take_tier_ups(&self) -> Vec<TierUp> {
        std::mem::take(&mut self.recorder.tier_ups.lock().unwrap())
    }

    pub fn call(
        &mut self,
        instance: &Rooted<InstanceObj>,
        func: u32,
        args: [u64; 4],
    ) -> Result<u64, CallError> {
        let func = FuncHandle::of_instance(instance, FuncIndex::new(func))?;
        let typed = call::Typed::<(u64, u64, u64, u64), u64>::new(&func)?;
        typed.call(&mut self.store, args.into())
    }

    /// The address of the record of a function.
    pub fn record(&mut self, instance: &Rooted<InstanceObj>, func: u32) -> u64 {
        let handle = FuncHandle::of_instance(instance, FuncIndex::new(func)).unwrap();
        self.record_of(instance, handle)
    }

    pub fn record_of(&mut self, instance: &Rooted<InstanceObj>, handle: FuncHandle) -> u64 {
        let identity = FuncHandle::of_instance(instance, FuncIndex::new(IDENTITY)).unwrap();
        let typed = call::Typed::<Option<FuncHandle>, u64>::new(&identity).unwrap();
        typed.call(&mut self.store, Some(handle)).unwrap()
    }

    /// A host function of the type that most pieces have. Held by the isolate
    /// until a sweep.
    pub fn host(
        &mut self,
        instance: &Rooted<InstanceObj>,
        run: impl Fn(HostCaller<'_, ()>) -> Result<u64, HostError> + Send + Sync + 'static,
    ) -> (FuncHandle, u64) {
        let closure = HostClosure::typed::<(), (u64, u64, u64, u64), u64, _>(
            move |caller: HostCaller<'_, ()>, _: (u64, u64, u64, u64)| run(caller),
        );
        let handle = FuncHandle::of_host(self.store.isolate_mut(), closure).unwrap();
        let record = self.record_of(instance, handle.clone());
        (handle, record)
    }
}
