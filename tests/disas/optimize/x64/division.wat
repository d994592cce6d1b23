(module
  (func (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64) (i64.div_u (local.get 0) (local.get 1)))
  (func (param f64) (result i32) (i32.trunc_f64_u (local.get 0)))
  (func (param f32) (result i64) (i64.trunc_sat_f32_s (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rcx, rdx
;;    7: mov r11, [rdi]
;;    a: mov r11, [r11]
;;    d: mov rax, rsp
;;   10: cmp rax, r11
;;   13: jb 0x2c
;;   19: mov rax, rsi
;;   1c: cdq
;;   1d: test ecx, ecx
;;   1f: je 0x3d
;;   25: idiv ecx  ; trap: integer overflow
;;   27: mov rsp, rbp
;;   2a: pop rbp
;;   2b: ret
;;   2c: mov rax, [rdi+0x10]
;;   30: mov rax, [rax]
;;   33: call rax
;;   35: mov rax, rsi
;;   38: jmp 0x1c
;;   3d: ud2  ; trap: integer divide by zero

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rcx, rdx
;;    7: mov r11, [rdi]
;;    a: mov r11, [r11]
;;    d: mov rax, rsp
;;   10: cmp rax, r11
;;   13: jb 0x3a
;;   19: mov rax, rsi
;;   1c: cdq
;;   1d: cmp ecx, 0xffffffff
;;   20: jne 0x30
;;   26: mov edx, 0
;;   2b: jmp 0x32
;;   30: idiv ecx  ; trap: integer divide by zero
;;   32: mov rax, rdx
;;   35: mov rsp, rbp
;;   38: pop rbp
;;   39: ret
;;   3a: mov rax, [rdi+0x10]
;;   3e: mov rax, [rax]
;;   41: call rax
;;   43: mov rax, rsi
;;   46: jmp 0x1c

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, rdx
;;    7: mov rax, [rdi]
;;    a: mov rax, [rax]
;;    d: mov rcx, rsp
;;   10: cmp rcx, rax
;;   13: jb 0x2a
;;   19: xor rdx, rdx
;;   1c: mov rax, rsi
;;   1f: mov rcx, r8
;;   22: div rcx  ; trap: integer divide by zero
;;   25: mov rsp, rbp
;;   28: pop rbp
;;   29: ret
;;   2a: mov rax, [rdi+0x10]
;;   2e: mov rax, [rax]
;;   31: call rax
;;   33: jmp 0x19

;; func 3, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x66
;;   16: mov rax, 0x41e0000000000000
;;   20: movq xmm2, rax
;;   25: ucomisd xmm0, xmm2
;;   29: jae 0x44
;;   2f: jp 0x74
;;   35: cvttsd2si ecx, xmm0
;;   39: cmp ecx, 0
;;   3c: jge 0x5e
;;   42: ud2  ; trap: integer overflow
;;   44: movaps xmm1, xmm0
;;   47: subsd xmm1, xmm2
;;   4b: cvttsd2si ecx, xmm1
;;   4f: cmp ecx, 0
;;   52: jl 0x76
;;   58: add ecx, 0x80000000
;;   5e: mov rax, rcx
;;   61: mov rsp, rbp
;;   64: pop rbp
;;   65: ret
;;   66: mov rax, [rdi+0x10]
;;   6a: mov rax, [rax]
;;   6d: call rax
;;   6f: jmp 0x16
;;   74: ud2  ; trap: invalid conversion to integer
;;   76: ud2  ; trap: integer overflow

;; func 4, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x55
;;   16: cvttss2si rcx, xmm0
;;   1b: cmp rcx, 1
;;   1f: jno 0x4d
;;   25: ucomiss xmm0, xmm0
;;   28: jnp 0x36
;;   2e: xor rcx, rcx
;;   31: jmp 0x4d
;;   36: xorpd xmm1, xmm1
;;   3a: ucomiss xmm1, xmm0
;;   3d: jae 0x4d
;;   43: mov rcx, 0x7fffffffffffffff
;;   4d: mov rax, rcx
;;   50: mov rsp, rbp
;;   53: pop rbp
;;   54: ret
;;   55: mov rax, [rdi+0x10]
;;   59: mov rax, [rax]
;;   5c: call rax
;;   5e: jmp 0x16
