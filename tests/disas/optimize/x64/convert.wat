(module
  (func (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
  (func (param f64) (result i64) (i64.trunc_f64_s (local.get 0)))
  (func (param i32) (result f32) (f32.convert_i32_u (local.get 0)))
  (func (param f64) (result f32) (f32.demote_f64 (local.get 0)))
  (func (param f64) (result i64) (i64.reinterpret_f64 (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x53
;;   16: cvttss2si ecx, xmm0
;;   1a: cmp ecx, 1
;;   1d: jno 0x4b
;;   23: ucomiss xmm0, xmm0
;;   26: jp 0x61
;;   2c: mov eax, 0xcf000000
;;   31: movd xmm1, eax
;;   35: ucomiss xmm0, xmm1
;;   38: jb 0x63
;;   3e: xorpd xmm1, xmm1
;;   42: ucomiss xmm1, xmm0
;;   45: jb 0x65
;;   4b: mov rax, rcx
;;   4e: mov rsp, rbp
;;   51: pop rbp
;;   52: ret
;;   53: mov rax, [rdi+0x10]
;;   57: mov rax, [rax]
;;   5a: call rax
;;   5c: jmp 0x16
;;   61: ud2  ; trap: invalid conversion to integer
;;   63: ud2  ; trap: integer overflow
;;   65: ud2  ; trap: integer overflow

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x5e
;;   16: cvttsd2si rcx, xmm0
;;   1b: cmp rcx, 1
;;   1f: jno 0x56
;;   25: ucomisd xmm0, xmm0
;;   29: jp 0x6c
;;   2f: mov rax, 0xc3e0000000000000
;;   39: movq xmm1, rax
;;   3e: ucomisd xmm0, xmm1
;;   42: jb 0x6e
;;   48: xorpd xmm1, xmm1
;;   4c: ucomisd xmm1, xmm0
;;   50: jb 0x70
;;   56: mov rax, rcx
;;   59: mov rsp, rbp
;;   5c: pop rbp
;;   5d: ret
;;   5e: mov rax, [rdi+0x10]
;;   62: mov rax, [rax]
;;   65: call rax
;;   67: jmp 0x16
;;   6c: ud2  ; trap: invalid conversion to integer
;;   6e: ud2  ; trap: integer overflow
;;   70: ud2  ; trap: integer overflow

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x25
;;   16: xorps xmm0, xmm0
;;   19: mov eax, esi
;;   1b: cvtsi2ss xmm0, rax
;;   20: mov rsp, rbp
;;   23: pop rbp
;;   24: ret
;;   25: mov rax, [rdi+0x10]
;;   29: mov rax, [rax]
;;   2c: call rax
;;   2e: jmp 0x16

;; func 3, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: movdqa xmm1, xmm0
;;    8: mov r10, [rdi]
;;    b: mov r10, [r10]
;;    e: mov r11, rsp
;;   11: cmp r11, r10
;;   14: jb 0x26
;;   1a: xorps xmm0, xmm0
;;   1d: cvtsd2ss xmm0, xmm1
;;   21: mov rsp, rbp
;;   24: pop rbp
;;   25: ret
;;   26: mov rax, [rdi+0x10]
;;   2a: mov rax, [rax]
;;   2d: call rax
;;   2f: jmp 0x1a

;; func 4, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x20
;;   16: movq rax, xmm0
;;   1b: mov rsp, rbp
;;   1e: pop rbp
;;   1f: ret
;;   20: mov r11, [rdi+0x10]
;;   24: mov r11, [r11]
;;   27: call r11
;;   2a: jmp 0x16
