//! Makes a copy of each protocol file of the product, and one more for each of
//! its rules, with the rule removed.
//!
//! Owns: the list of protocol files, of their models and of the rules. Writes
//! the modules and the tests that `src/lib.rs` includes. A text that is to be
//! removed must be found once, so a rule cannot be lost from this list by a
//! change of the product.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// A file of the product that is a protocol between threads.
struct Protocol {
    /// Its name here: `models/<name>.rs` has its models.
    name: &'static str,
    /// The file, from the repository's root.
    file: &'static str,
    /// The models: functions that must hold in every schedule.
    models: &'static [&'static str],
    /// What the protocol does not work without.
    rules: &'static [Rule],
}

/// Something without which a model must fail.
struct Rule {
    /// Its name.
    name: &'static str,
    /// The model that fails.
    model: &'static str,
    /// What the failure says.
    says: &'static str,
    /// Text of the product, or of the model where it does what a file that is
    /// not a protocol does.
    text: &'static str,
    /// What stands there without the rule.
    without: &'static str,
}

const PROTOCOLS: &[Protocol] = &[
    Protocol {
        name: "requests",
        file: "crates/runtime/src/isolate/requests.rs",
        models: &[
            "no_request_is_lost",
            "whoever_blocks_is_woken",
            "a_stop_outlives_another",
            "nobody_is_woken_for_ever",
        ],
        rules: &[
            Rule {
                name: "the_bits_are_read_again",
                model: "no_request_is_lost",
                says: "a request was lost",
                text: "if self.bits.load(Ordering::Relaxed) != 0 {",
                without: "if false {",
            },
            Rule {
                name: "settling_fences",
                model: "no_request_is_lost",
                says: "a request was lost",
                text: "        // Pairs with the fence of `raise`.
        fence(Ordering::SeqCst);
        if self.bits",
                without: "        if self.bits",
            },
            Rule {
                name: "raising_fences",
                model: "no_request_is_lost",
                says: "a request was lost",
                text: "        // Pairs with the fences of `settle` and `wake_fd`.
        fence(Ordering::SeqCst);",
                without: "",
            },
            Rule {
                name: "the_bit_comes_before_the_limit",
                model: "no_request_is_lost",
                says: "a request was lost",
                text: "        self.bits.fetch_or(bits, Ordering::AcqRel);
        // Pairs with the fences of `settle` and `wake_fd`.
        fence(Ordering::SeqCst);
        self.limit.store(u64::MAX, Ordering::Relaxed);",
                without: "        self.limit.store(u64::MAX, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        self.bits.fetch_or(bits, Ordering::AcqRel);",
            },
            Rule {
                name: "a_new_descriptor_fences",
                model: "whoever_blocks_is_woken",
                says: "nobody woke it",
                text: "            // Pairs with the fence of `raise`.
            fence(Ordering::SeqCst);
            if self.get()",
                without: "            if self.get()",
            },
            Rule {
                name: "a_new_descriptor_looks_for_stops",
                model: "whoever_blocks_is_woken",
                says: "nobody woke it",
                text: "                wake.get().expect(\"set above\").signal();",
                without: "",
            },
            Rule {
                name: "clearing_looks_again",
                model: "a_stop_outlives_another",
                says: "nobody woke it",
                text: "            // A request that came between would have been drained with it.
            if self.get() & request::STOPS != 0 {",
                without: "            if false {",
            },
            Rule {
                name: "calm_drains",
                model: "nobody_is_woken_for_ever",
                says: "woken for nothing",
                text: "            wake.drain();",
                without: "",
            },
        ],
    },
    Protocol {
        name: "gate",
        file: "crates/runtime/src/gate/state.rs",
        models: &["who_is_looked_at_stands_still", "an_upcall_stands_still", "who_waits_goes_on"],
        rules: &[
            Rule {
                name: "the_barrier_comes_before_the_look",
                model: "who_is_looked_at_stands_still",
                says: "Causality violation",
                text: "        self.gate.close();
        process_barrier();",
                without: "        self.gate.close();",
            },
            Rule {
                name: "the_state_is_stored_before_the_gate_is_read",
                model: "who_is_looked_at_stands_still",
                says: "Causality violation",
                text: "        self.gate.state.store(State::InWasm as u32, Ordering::Relaxed);
        // The barrier of the other thread, which is for all.
        process_barrier();
        if self.gate.n_closed.load(Ordering::Acquire) != 0 {",
                without: "        let n_closed = self.gate.n_closed.load(Ordering::Acquire);
        process_barrier();
        self.gate.state.store(State::InWasm as u32, Ordering::Relaxed);
        if n_closed != 0 {",
            },
            Rule {
                name: "who_waited_looks_again",
                model: "who_is_looked_at_stands_still",
                says: "Causality violation",
                text: "            if self.n_closed.load(Ordering::Acquire) == 0 {
                return;
            }",
                without: "            return;",
            },
            Rule {
                name: "who_is_in_wasm_is_not_looked_at",
                model: "who_is_looked_at_stands_still",
                says: "Causality violation",
                text: "        self.state.load(Ordering::Acquire) != State::InWasm as u32",
                without: "        true",
            },
            Rule {
                name: "leaving_releases_what_changed",
                model: "who_is_looked_at_stands_still",
                says: "Causality violation",
                text: "        self.gate.state.store(State::Outside as u32, Ordering::Release);",
                without: "        self.gate.state.store(State::Outside as u32, Ordering::Relaxed);",
            },
            Rule {
                name: "who_comes_back_looks_at_the_gate",
                model: "an_upcall_stands_still",
                says: "Causality violation",
                text: "        if self.n_closed.load(Ordering::Acquire) != 0 {
            self.wait(waiters, State::InHost as u32);
        }",
                without: "",
            },
            Rule {
                name: "an_upcall_releases_what_changed",
                model: "an_upcall_stands_still",
                says: "Causality violation",
                text: "self.state.store(State::InHost as u32, Ordering::Release);",
                without: "self.state.store(State::InHost as u32, Ordering::Relaxed);",
            },
            Rule {
                name: "opening_releases",
                model: "who_is_looked_at_stands_still",
                says: "Causality violation",
                text: "self.n_closed.fetch_sub(1, Ordering::Release)",
                without: "self.n_closed.fetch_sub(1, Ordering::Relaxed)",
            },
            Rule {
                name: "opening_holds_the_lock",
                model: "who_waits_goes_on",
                says: "deadlock",
                text: "        let guard = waiters.lock.lock().unwrap_or_else(PoisonError::into_inner);
        // Release",
                without: "        let guard = String::new();
        // Release",
            },
            Rule {
                name: "opening_wakes",
                model: "who_waits_goes_on",
                says: "deadlock",
                text: "            waiters.opened.notify_all();",
                without: "",
            },
        ],
    },
    Protocol {
        name: "starts",
        file: "crates/runtime/src/code_space/starts.rs",
        models: &[
            "code_that_runs_is_found",
            "code_over_freed_code_is_found",
            "what_is_found_is_complete",
            "a_dead_address_gives_no_torn_block",
            "a_new_region_is_found",
        ],
        rules: &[
            Rule {
                name: "publishing_releases",
                model: "what_is_found_is_complete",
                says: "Causality violation",
                text: "word.fetch_or(bit, Ordering::Release);",
                without: "word.fetch_or(bit, Ordering::Relaxed);",
            },
            Rule {
                name: "lookups_acquire",
                model: "what_is_found_is_complete",
                says: "Causality violation",
                text: "let bits = word.load(Ordering::Acquire) & mask;",
                without: "let bits = word.load(Ordering::Relaxed) & mask;",
            },
            Rule {
                name: "the_bit_comes_before_the_address",
                model: "code_that_runs_is_found",
                says: "running code was not found",
                text: "        self.place(block);
        callers.publish(FUNC, block.pc());",
                without: "        callers.publish(FUNC, block.pc());
        self.place(block);",
            },
            Rule {
                name: "freeing_clears_the_bit",
                model: "code_over_freed_code_is_found",
                says: "running code was not found",
                text: "word.fetch_and(!bit, Ordering::AcqRel);",
                without: "let _ = (word, bit);",
            },
            Rule {
                name: "the_bit_goes_before_the_range_is_free",
                model: "code_over_freed_code_is_found",
                says: "running code was not found",
                text: "        self.slot().withdraw(block.granule);
        self.wipe(block);
        free.store(true, Ordering::Release);",
                without: "        self.wipe(block);
        free.store(true, Ordering::Release);
        self.slot().withdraw(block.granule);",
            },
            Rule {
                name: "headers_are_checked",
                model: "a_dead_address_gives_no_torn_block",
                says: "a torn header was believed",
                text: "check(address, len, info) == (rest >> 32) as u32 && info != 0",
                without: "info != 0",
            },
            Rule {
                name: "a_region_is_whole_before_it_counts",
                model: "a_new_region_is_found",
                says: "half a region was seen",
                text: "n_slots.store(n + 1, Ordering::Release);",
                without: "n_slots.store(n + 1, Ordering::Relaxed);",
            },
        ],
    },
    Protocol {
        name: "code_table",
        file: "crates/runtime/src/code_table.rs",
        models: &["code_that_is_called_is_complete", "evicted_code_is_freed_when_nobody_runs_it"],
        rules: &[
            Rule {
                name: "publishing_releases",
                model: "code_that_is_called_is_complete",
                says: "Causality violation",
                text: "store(code, Ordering::Release)",
                without: "store(code, Ordering::Relaxed)",
            },
            Rule {
                name: "code_comes_before_its_address",
                model: "code_that_is_called_is_complete",
                says: "Causality violation",
                text: "    code.write(VALUE);
    table.publish(FUNC, CODE);",
                without: "    table.publish(FUNC, CODE);
    code.write(VALUE);",
            },
            Rule {
                name: "frames_are_waited_for",
                model: "evicted_code_is_freed_when_nobody_runs_it",
                says: "Causality violation",
                text: "    wait_for(&frames);",
                without: "",
            },
        ],
    },
    Protocol {
        name: "state",
        file: "crates/engine/src/tiering/state.rs",
        models: &[
            "a_function_is_compiled_once",
            "a_queued_unit_runs_once",
            "an_evicted_function_is_compiled_again",
            "calls_go_to_the_highest_tier",
        ],
        rules: &[
            Rule {
                name: "one_exchange_claims",
                model: "a_function_is_compiled_once",
                says: "compiled twice",
                text: "        state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok()",
                without: "        let is_from = state.load(Ordering::Acquire) == from;
        if is_from {
            state.store(to, Ordering::Release);
        }
        is_from",
            },
            Rule {
                name: "who_loses_settles_nothing",
                model: "a_function_is_compiled_once",
                says: "settled by who lost",
                text: "won.then(|| Claim { states: self, func, tier, outcome: Progress::Failed })",
                without: "won.then_some(Claim { states: self, func, tier, outcome: Progress::Failed })",
            },
            Rule {
                name: "settling_wakes",
                model: "a_function_is_compiled_once",
                says: "deadlock",
                text: "        self.settled.notify_all();",
                without: "",
            },
            Rule {
                name: "settling_holds_the_lock_of_who_waits",
                model: "a_function_is_compiled_once",
                says: "deadlock",
                text: "        let n_waiting = *self.waiting.lock();",
                without: "        let n_waiting = 1;",
            },
            Rule {
                name: "who_waits_is_counted",
                model: "a_function_is_compiled_once",
                says: "deadlock",
                text: "                        *lock += 1;",
                without: "",
            },
            Rule {
                name: "settling_releases",
                model: "a_function_is_compiled_once",
                says: "done, but not callable",
                text: "store(Progress::Done as u8, Ordering::Release)",
                without: "store(Progress::Done as u8, Ordering::Relaxed)",
            },
            Rule {
                name: "done_comes_after_the_slot",
                model: "a_function_is_compiled_once",
                says: "done, but not callable",
                text: "            table.publish(func, address);
            blocks.insert",
                without: "            self.state(func, tier).store(Progress::Done as u8, Ordering::Release);
            table.publish(func, address);
            blocks.insert",
            },
            Rule {
                name: "one_exchange_queues",
                model: "a_queued_unit_runs_once",
                says: "queued twice",
                text: "        self.exchange(func, tier, Progress::None, Progress::Queued)",
                without: "        let is_none = self.progress(func, tier) == Progress::None;
        is_none && { self.exchange(func, tier, Progress::None, Progress::Queued); true }",
            },
            Rule {
                name: "lower_tiers_keep_off_the_slot",
                model: "calls_go_to_the_highest_tier",
                says: "baseline code came back",
                text: "let retired = if is_late {",
                without: "let retired = if false {",
            },
            Rule {
                name: "the_slot_is_stored_under_the_lock",
                model: "calls_go_to_the_highest_tier",
                says: "baseline code came back",
                text: "            table.publish(func, address);
            blocks.insert(func, (tier, block))",
                without: "            let old = blocks.insert(func, (tier, block));
            drop(blocks);
            table.publish(func, address);
            blocks = self.blocks.lock();
            old",
            },
            Rule {
                name: "what_is_evicted_is_not_done",
                model: "an_evicted_function_is_compiled_again",
                says: "done, but not callable",
                text: "            // Release: who claims sees that the slot was stored.
            self.state(func, tier).store(Progress::None as u8, Ordering::Release);",
                without: "",
            },
            Rule {
                name: "eviction_holds_the_lock",
                model: "an_evicted_function_is_compiled_again",
                says: "done, but not callable",
                text: "            if table.evict(func).is_err() {
                continue;
            }
            let (tier, block) = blocks.remove(&func).expect(\"chosen among them\");
            // Release: who claims sees that the slot was stored.
            self.state(func, tier).store(Progress::None as u8, Ordering::Release);",
                without: "            let (tier, block) = blocks.remove(&func).expect(\"chosen among them\");
            self.state(func, tier).store(Progress::None as u8, Ordering::Release);
            drop(blocks);
            table.evict(func).expect(\"there are stubs\");
            blocks = self.blocks.lock();",
            },
        ],
    },
    Protocol {
        name: "osr",
        file: "crates/engine/src/tiering/osr.rs",
        models: &["a_loop_is_compiled_once", "a_spinning_frame_is_told"],
        rules: &[
            Rule {
                name: "a_loop_is_asked_for_once",
                model: "a_loop_is_compiled_once",
                says: "compiled twice",
                text: "        if inner.loops.contains_key(&key) {
            return false;
        }",
                without: "",
            },
            Rule {
                name: "the_budget_is_filled_before_the_look",
                model: "a_spinning_frame_is_told",
                says: "nobody tells the frame",
                text: "        self.budget.store(FULL, Ordering::Relaxed);
        let state = self.table.state(KEY);",
                without: "        let state = self.table.state(KEY);
        self.budget.store(FULL, Ordering::Relaxed);",
            },
            Rule {
                name: "the_budget_is_zeroed_after_the_code_is_ready",
                model: "a_spinning_frame_is_told",
                says: "nobody tells the frame",
                text: "        self.table.settle(KEY, Some((block, CODE)));
        self.budget.store(0, Ordering::Relaxed);",
                without: "        self.budget.store(0, Ordering::Relaxed);
        self.table.settle(KEY, Some((block, CODE)));",
            },
        ],
    },
    Protocol {
        name: "round",
        file: "crates/engine/src/code_gc/round.rs",
        models: &["nobody_enters_what_is_freed", "what_was_seen_is_of_its_round"],
        rules: &[
            Rule {
                name: "code_is_unreachable_before_the_round",
                model: "nobody_enters_what_is_freed",
                says: "freed code runs",
                text: "        self.table.evict(FUNC).expect(\"there are stubs\");
        self.rounds.add(vec![Code(self.code.clone())]);
        self.begin();",
                without: "        self.rounds.add(vec![Code(self.code.clone())]);
        self.begin();
        self.look(None);
        self.table.evict(FUNC).expect(\"there are stubs\");",
            },
            Rule {
                name: "everybody_owes_a_report",
                model: "nobody_enters_what_is_freed",
                says: "Causality violation",
                text: "let owes_nobody = owing.is_empty();",
                without: "let owes_nobody = true;",
            },
            Rule {
                name: "who_is_in_wasm_is_asked",
                model: "nobody_enters_what_is_freed",
                says: "Causality violation",
                text: "if isolate.state.load(Ordering::Acquire) == OUTSIDE {",
                without: "if true {",
            },
            Rule {
                name: "what_is_listed_lives",
                model: "nobody_enters_what_is_freed",
                says: "freed code runs",
                text: "partition(|c| round.live.contains(&c.start()))",
                without: "partition(|_| false)",
            },
            Rule {
                name: "who_brings_the_last_report_frees",
                model: "nobody_enters_what_is_freed",
                says: "the round does not end",
                text: "let dead = if round.owing.is_empty() { finish(&mut state) } else { None };",
                without: "let dead = None;",
            },
            Rule {
                name: "late_reports_do_not_count",
                model: "what_was_seen_is_of_its_round",
                says: "Causality violation",
                text: "if seen_for.is_some_and(|number| number != round.number) {",
                without: "if false {",
            },
        ],
    },
    Protocol {
        name: "queue",
        file: "crates/engine/src/tiering/queue.rs",
        models: &["no_unit_is_left"],
        rules: &[
            Rule {
                name: "a_job_counts_itself_out_under_the_lock",
                model: "no_unit_is_left",
                says: "a unit was left",
                text: "            state.n_jobs -= 1;
            return;",
                without: "            drop(state);
            self.state.lock().n_jobs -= 1;
            return;",
            },
            Rule {
                name: "a_job_has_a_successor",
                model: "no_unit_is_left",
                says: "a unit was left",
                text: "        run(entry.unit);
        self.spawn();",
                without: "        run(entry.unit);",
            },
        ],
    },
    Protocol {
        name: "tasks",
        file: "crates/engine/src/tasks.rs",
        models: &["every_task_runs_once"],
        rules: &[
            Rule {
                name: "the_request_is_taken_back_before_the_queue",
                model: "every_task_runs_once",
                says: "a task was lost",
                text: "        vm.clear(request::TASKS);
        let tasks = std::mem::take(&mut *self.0.lock());",
                without: "        let tasks = std::mem::take(&mut *self.0.lock());
        vm.clear(request::TASKS);",
            },
            Rule {
                name: "the_task_is_queued_before_the_request",
                model: "every_task_runs_once",
                says: "a task was lost",
                text: "        self.0.lock().push_back(task);
        vm.raise(request::TASKS);",
                without: "        vm.raise(request::TASKS);
        self.0.lock().push_back(task);",
            },
        ],
    },
    Protocol {
        name: "watch",
        file: "crates/engine/src/deadline/watch.rs",
        models: &[
            "a_deadline_that_passes_is_raised",
            "a_deadline_that_is_moved_is_not_raised",
            "a_request_is_not_taken_back_with_an_older_one",
        ],
        rules: &[
            Rule {
                name: "adding_wakes_the_watcher",
                model: "a_deadline_that_passes_is_raised",
                says: "deadlock",
                text: "        self.changed.notify_one();",
                without: "",
            },
            Rule {
                name: "raising_holds_the_cell",
                model: "a_deadline_that_is_moved_is_not_raised",
                says: "raised for a deadline that was moved",
                text: "        let cell = self.at.lock();
        if cell",
                without: "        let cell = *self.at.lock();
        if cell",
            },
            Rule {
                name: "taking_back_holds_the_cell",
                model: "a_request_is_not_taken_back_with_an_older_one",
                says: "a deadline was lost",
                text: "        let mut cell = self.at.lock();
        *cell = at;",
                without: "        *self.at.lock() = at;",
            },
        ],
    },
];

fn main() {
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=build.rs");
    let mut cases = String::new();
    for protocol in PROTOCOLS {
        let file = here.join("../..").join(protocol.file);
        let model = here.join("models").join(format!("{}.rs", protocol.name));
        let sources = [read(&file), read(&model)];
        let folder = out.join(protocol.name);
        writeln!(cases, "#[allow(missing_docs)] pub mod {} {{", protocol.name).expect("a string");
        let tests: String =
            protocol.models.iter().map(|m| test(m, &format!("crate::holds(model::{m})"))).collect();
        variant(&mut cases, &folder, "kept", &sources, &tests);
        for rule in protocol.rules {
            let without = remove(protocol, rule, &sources);
            let test =
                test("fails", &format!("crate::fails(model::{}, {:?})", rule.model, rule.says));
            // What is left need not be good style.
            cases += "#[allow(unused, clippy::all)]\n";
            variant(&mut cases, &folder, &format!("without_{}", rule.name), &without, &test);
        }
        cases += "}\n";
    }
    fs::write(out.join("cases.rs"), cases).expect("cargo's folder can be written");
}

fn read(path: &Path) -> String {
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    // The product's own tests run with the product's own primitives.
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(tests) => text[..tests].to_owned(),
        None => text,
    }
}

fn test(name: &str, body: &str) -> String {
    format!("#[test] fn {name}() {{ {body} }}\n")
}

/// Product and model with a rule removed.
fn remove(protocol: &Protocol, rule: &Rule, sources: &[String; 2]) -> [String; 2] {
    let n: usize = sources.iter().map(|s| s.matches(rule.text).count()).sum();
    let (name, file) = (rule.name, protocol.file);
    assert!(n == 1, "{file} and its model have {n} times what rule {name} removes");
    assert!(protocol.models.contains(&rule.model), "{file}: no model {}", rule.model);
    sources.each_ref().map(|s| s.replace(rule.text, rule.without))
}

/// A module with a product and a model that looks at it.
fn variant(cases: &mut String, folder: &Path, name: &str, sources: &[String; 2], tests: &str) {
    let folder = folder.join(name);
    fs::create_dir_all(&folder).expect("cargo's folder can be written");
    let [product, model] = ["product", "model"].map(|f| folder.join(f).with_extension("rs"));
    fs::write(&product, &sources[0]).expect("cargo's folder can be written");
    fs::write(&model, &sources[1]).expect("cargo's folder can be written");
    writeln!(
        cases,
        "pub mod {name} {{
            #[path = {product:?}] pub mod product;
            #[cfg(test)] #[path = {model:?}] mod model;
            #[cfg(test)] mod tests {{ use super::model; {tests} }}
        }}"
    )
    .expect("a string");
}
