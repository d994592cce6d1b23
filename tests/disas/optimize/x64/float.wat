(module
  (func (param f32 f32) (result f32) (f32.min (local.get 0) (local.get 1)))
  (func (param f64) (result f64) (f64.nearest (local.get 0)))
  (func (param f64 f64) (result i32) (f64.lt (local.get 0) (local.get 1)))
  (func (param f64 f64) (result f64) (f64.copysign (local.get 0) (local.get 1)))
  (func (param i64) (result f64) (f64.convert_i64_u (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x48
;;   16: movdqa xmm2, xmm0
;;   1a: movdqa xmm0, xmm1
;;   1e: ucomiss xmm0, xmm2
;;   21: jne 0x3f
;;   27: jp 0x35
;;   2d: orps xmm0, xmm2
;;   30: jmp 0x43
;;   35: addss xmm0, xmm2
;;   39: jp 0x43
;;   3f: minss xmm0, xmm2
;;   43: mov rsp, rbp
;;   46: pop rbp
;;   47: ret
;;   48: mov rax, [rdi+0x10]
;;   4c: mov rax, [rax]
;;   4f: call rax
;;   51: movdqa xmm2, xmm0
;;   55: jmp 0x1a

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x21
;;   16: roundsd xmm0, xmm0, 0
;;   1c: mov rsp, rbp
;;   1f: pop rbp
;;   20: ret
;;   21: mov r11, [rdi+0x10]
;;   25: mov r11, [r11]
;;   28: call r11
;;   2b: jmp 0x16

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x25
;;   16: ucomisd xmm1, xmm0
;;   1a: seta al
;;   1d: movzx eax, al
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
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x3e
;;   16: mov rax, 0x8000000000000000
;;   20: movq xmm2, rax
;;   25: movdqa xmm3, xmm0
;;   29: movdqa xmm0, xmm2
;;   2d: andnpd xmm0, xmm3
;;   31: andpd xmm2, xmm1
;;   35: orpd xmm0, xmm2
;;   39: mov rsp, rbp
;;   3c: pop rbp
;;   3d: ret
;;   3e: mov rax, [rdi+0x10]
;;   42: mov rax, [rax]
;;   45: call rax
;;   47: jmp 0x16

;; func 4, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x49
;;   16: cmp rsi, 0
;;   1a: jl 0x2a
;;   20: cvtsi2sd xmm0, rsi
;;   25: jmp 0x44
;;   2a: mov rcx, rsi
;;   2d: shr rcx, 1
;;   31: mov rax, rsi
;;   34: and rax, 1
;;   38: or rax, rcx
;;   3b: cvtsi2sd xmm0, rax
;;   40: addsd xmm0, xmm0
;;   44: mov rsp, rbp
;;   47: pop rbp
;;   48: ret
;;   49: mov rax, [rdi+0x10]
;;   4d: mov rax, [rax]
;;   50: call rax
;;   52: jmp 0x16
