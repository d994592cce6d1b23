;;! fast osr=1
;; As osr.wat, with little effort.
(module
  (func (param i32 f64) (result i32) (local v128)
    (i32.const 7)
    (loop $outer (param i32) (result i32)
      (i32.add (local.get 0))
      (local.get 1)
      (loop $inner (param f64) (result f64)
        (f64.add (local.get 1))
        (local.set 2 (i8x16.add (local.get 2) (local.get 2)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_if $inner (i32.and (local.get 0) (i32.const 15))))
      (local.set 1)
      (br_if $outer (local.get 0)))
    (i32.add (i8x16.extract_lane_u 0 (local.get 2)))))

;; func 0, frame of 240 bytes
;;   20: push rbp
;;   21: mov rbp, rsp
;;   24: sub rsp, 0xf0
;;   2b: mov [rsp+0xc0], rbx
;;   33: mov [rsp+0xc8], r12
;;   3b: mov [rsp+0xd0], r13
;;   43: mov [rsp+0xd8], r14
;;   4b: mov [rsp+0xe0], r15
;;   53: mov [rsp+0x78], rdi
;;   58: mov r15, [rsp+0x78]
;;   5d: mov rcx, [r15]
;;   60: mov rsi, [rcx+0x40]
;;   64: mov edx, [rsi]
;;   66: mov [rsp+0xb0], rdx
;;   6e: movsd xmm9, [rsi+0x10]
;;   74: movdqu [rsp+0x90], xmm9
;;   7e: movdqu xmm10, [rsi+0x20]
;;   84: movdqu [rsp+0xa0], xmm10
;;   8e: mov ebx, [rsi+0x30]
;;   91: mov [rsp+0xb8], rbx
;;   99: movsd xmm11, [rsi+0x40]
;;   9f: movdqu [rsp+0x80], xmm11
;;   a9: movdqu xmm11, [rsp+0x80]
;;   b3: movdqu [rsp], xmm11
;;   b9: movdqu xmm11, [rsp+0x90]
;;   c3: movdqu [rsp+0x20], xmm11
;;   ca: movdqu xmm11, [rsp+0xa0]
;;   d4: movdqu [rsp+0x30], xmm11
;;   db: mov rsi, [rsp+0xb0]
;;   e3: mov [rsp+0x50], rsi
;;   e8: mov rsi, [rsp+0xb8]
;;   f0: mov [rsp+0x60], rsi
;;   f5: mov rax, [rsp+0x78]
;;   fa: mov r8, [rax]
;;   fd: mov r9, [r8]
;;  100: cmp r9, 0xffffffffffffffff
;;  104: je 0x254
;;  10a: mov r13, [rsp+0x50]
;;  10f: movdqu xmm14, [rsp+0x30]
;;  116: movdqu xmm13, [rsp]
;;  11c: movdqu xmm12, [rsp+0x20]
;;  123: addsd xmm13, xmm12
;;  128: movdqu [rsp+0x10], xmm13
;;  12f: paddb xmm14, xmm14
;;  134: movdqu [rsp+0x40], xmm14
;;  13b: sub r13d, 1
;;  13f: mov [rsp+0x58], r13
;;  144: mov r14, [rsp+0x58]
;;  149: test r14d, 0xf
;;  150: je 0x180
;;  156: movdqu xmm14, [rsp+0x10]
;;  15d: movdqu [rsp], xmm14
;;  163: movdqu xmm14, [rsp+0x40]
;;  16a: movdqu [rsp+0x30], xmm14
;;  171: mov r14, [rsp+0x58]
;;  176: mov [rsp+0x50], r14
;;  17b: jmp 0xf5
;;  180: mov r15, [rsp+0x58]
;;  185: mov rcx, [rsp+0x58]
;;  18a: test ecx, r15d
;;  18d: mov rcx, [rsp+0x60]
;;  192: mov [rsp+0x70], rcx
;;  197: jne 0x1ea
;;  19d: mov rsi, [rsp+0x60]
;;  1a2: movdqu xmm15, [rsp+0x40]
;;  1a9: pextrb edx, xmm15, 0
;;  1b0: movzx ebx, dl
;;  1b3: lea eax, [rsi+rbx]
;;  1b6: mov rbx, [rsp+0xc0]
;;  1be: mov r12, [rsp+0xc8]
;;  1c6: mov r13, [rsp+0xd0]
;;  1ce: mov r14, [rsp+0xd8]
;;  1d6: mov r15, [rsp+0xe0]
;;  1de: add rsp, 0xf0
;;  1e5: mov rsp, rbp
;;  1e8: pop rbp
;;  1e9: ret
;;  1ea: mov r8, [rsp+0x78]
;;  1ef: mov r9, [r8]
;;  1f2: mov r10, [r9]
;;  1f5: cmp r10, 0xffffffffffffffff
;;  1f9: je 0x26d
;;  1ff: mov r14, [rsp+0x70]
;;  204: mov r13, [rsp+0x58]
;;  209: lea r15d, [r14+r13]
;;  20d: mov [rsp+0x68], r15
;;  212: movdqu xmm15, [rsp+0x10]
;;  219: movdqu [rsp], xmm15
;;  21f: movdqu xmm15, [rsp+0x10]
;;  226: movdqu [rsp+0x20], xmm15
;;  22d: movdqu xmm15, [rsp+0x40]
;;  234: movdqu [rsp+0x30], xmm15
;;  23b: mov r15, [rsp+0x58]
;;  240: mov [rsp+0x50], r15
;;  245: mov r15, [rsp+0x68]
;;  24a: mov [rsp+0x60], r15
;;  24f: jmp 0xf5
;;  254: mov r10, [rsp+0x78]
;;  259: mov r11, [r10+0x10]
;;  25d: mov r12, [r11]
;;  260: mov rdi, [rsp+0x78]
;;  265: call r12
;;  268: jmp 0x10a
;;  26d: mov rdi, [rsp+0x78]
;;  272: mov r11, [rdi+0x10]
;;  276: mov r12, [r11]
;;  279: call r12
;;  27c: jmp 0x1ff
