(module
  (func (param f32 f32) (result f32) (f32.min (local.get 0) (local.get 1)))
  (func (param f64) (result f64) (f64.nearest (local.get 0)))
  (func (param f64 f64) (result i32) (f64.lt (local.get 0) (local.get 1)))
  (func (param f64 f64) (result f64) (f64.copysign (local.get 0) (local.get 1)))
  (func (param i64) (result f64) (f64.convert_i64_u (local.get 0))))

;; func 0, frame of 0 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov r9, [rdi]
;;   37: mov r9, [r9]
;;   3a: mov r10, rsp
;;   3d: cmp r10, r9
;;   40: jb 0x78
;;   46: movdqa xmm2, xmm0
;;   4a: movdqa xmm0, xmm1
;;   4e: ucomiss xmm0, xmm2
;;   51: jne 0x6f
;;   57: jp 0x65
;;   5d: orps xmm0, xmm2
;;   60: jmp 0x73
;;   65: addss xmm0, xmm2
;;   69: jp 0x73
;;   6f: minss xmm0, xmm2
;;   73: mov rsp, rbp
;;   76: pop rbp
;;   77: ret
;;   78: mov rax, [rdi+0x10]
;;   7c: mov rax, [rax]
;;   7f: call rax
;;   81: movdqa xmm2, xmm0
;;   85: jmp 0x4a

;; func 1, frame of 0 bytes
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: mov r8, [rdi]
;;   17: mov r8, [r8]
;;   1a: mov r9, rsp
;;   1d: cmp r9, r8
;;   20: jb 0x31
;;   26: roundsd xmm0, xmm0, 0
;;   2c: mov rsp, rbp
;;   2f: pop rbp
;;   30: ret
;;   31: mov r11, [rdi+0x10]
;;   35: mov r11, [r11]
;;   38: call r11
;;   3b: jmp 0x26

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
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov r10, [rdi]
;;   37: mov r10, [r10]
;;   3a: mov r11, rsp
;;   3d: cmp r11, r10
;;   40: jb 0x79
;;   46: cmp rsi, 0
;;   4a: jl 0x5a
;;   50: cvtsi2sd xmm0, rsi
;;   55: jmp 0x74
;;   5a: mov rcx, rsi
;;   5d: shr rcx, 1
;;   61: mov rax, rsi
;;   64: and rax, 1
;;   68: or rax, rcx
;;   6b: cvtsi2sd xmm0, rax
;;   70: addsd xmm0, xmm0
;;   74: mov rsp, rbp
;;   77: pop rbp
;;   78: ret
;;   79: mov rax, [rdi+0x10]
;;   7d: mov rax, [rax]
;;   80: call rax
;;   82: jmp 0x46
