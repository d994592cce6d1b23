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
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: sub rsp, 0xf0
;;   1b: mov [rsp+0xc0], rbx
;;   23: mov [rsp+0xc8], r12
;;   2b: mov [rsp+0xd0], r13
;;   33: mov [rsp+0xd8], r14
;;   3b: mov [rsp+0xe0], r15
;;   43: mov [rsp+0x78], rdi
;;   48: mov r13, [rsp+0x78]
;;   4d: mov r14, [r13]
;;   51: mov rdx, [r14+0x40]
;;   55: mov r15d, [rdx]
;;   58: mov [rsp+0xb0], r15
;;   60: movsd xmm9, [rdx+0x10]
;;   66: movdqu [rsp+0x90], xmm9
;;   70: movdqu xmm10, [rdx+0x20]
;;   76: movdqu [rsp+0xa0], xmm10
;;   80: mov ecx, [rdx+0x30]
;;   83: mov [rsp+0xb8], rcx
;;   8b: movsd xmm11, [rdx+0x40]
;;   91: movdqu [rsp+0x80], xmm11
;;   9b: movdqu xmm11, [rsp+0x80]
;;   a5: movdqu [rsp], xmm11
;;   ab: movdqu xmm11, [rsp+0x90]
;;   b5: movdqu [rsp+0x20], xmm11
;;   bc: movdqu xmm11, [rsp+0xa0]
;;   c6: movdqu [rsp+0x30], xmm11
;;   cd: mov rdx, [rsp+0xb0]
;;   d5: mov [rsp+0x50], rdx
;;   da: mov rdx, [rsp+0xb8]
;;   e2: mov [rsp+0x60], rdx
;;   e7: mov rbx, [rsp+0x78]
;;   ec: mov rax, [rbx]
;;   ef: mov rsi, [rax]
;;   f2: mov r8, rsp
;;   f5: cmp r8, rsi
;;   f8: jb 0x24a
;;   fe: mov r12, [rsp+0x50]
;;  103: movdqu xmm14, [rsp+0x30]
;;  10a: movdqu xmm13, [rsp]
;;  110: movdqu xmm12, [rsp+0x20]
;;  117: addsd xmm13, xmm12
;;  11c: movdqu [rsp+0x10], xmm13
;;  123: paddb xmm14, xmm14
;;  128: movdqu [rsp+0x40], xmm14
;;  12f: sub r12d, 1
;;  133: mov [rsp+0x58], r12
;;  138: mov r13, [rsp+0x58]
;;  13d: test r13d, 0xf
;;  144: je 0x174
;;  14a: movdqu xmm14, [rsp+0x10]
;;  151: movdqu [rsp], xmm14
;;  157: movdqu xmm14, [rsp+0x40]
;;  15e: movdqu [rsp+0x30], xmm14
;;  165: mov r13, [rsp+0x58]
;;  16a: mov [rsp+0x50], r13
;;  16f: jmp 0xe7
;;  174: mov r14, [rsp+0x58]
;;  179: mov r15, [rsp+0x58]
;;  17e: test r15d, r14d
;;  181: mov r15, [rsp+0x60]
;;  186: mov [rsp+0x70], r15
;;  18b: jne 0x1de
;;  191: mov rbx, [rsp+0x60]
;;  196: movdqu xmm15, [rsp+0x40]
;;  19d: pextrb ecx, xmm15, 0
;;  1a4: movzx edx, cl
;;  1a7: lea eax, [rbx+rdx]
;;  1aa: mov rbx, [rsp+0xc0]
;;  1b2: mov r12, [rsp+0xc8]
;;  1ba: mov r13, [rsp+0xd0]
;;  1c2: mov r14, [rsp+0xd8]
;;  1ca: mov r15, [rsp+0xe0]
;;  1d2: add rsp, 0xf0
;;  1d9: mov rsp, rbp
;;  1dc: pop rbp
;;  1dd: ret
;;  1de: mov rsi, [rsp+0x78]
;;  1e3: mov r8, [rsi]
;;  1e6: mov r9, [r8]
;;  1e9: mov r10, rsp
;;  1ec: cmp r10, r9
;;  1ef: jb 0x263
;;  1f5: mov r14, [rsp+0x70]
;;  1fa: mov r13, [rsp+0x58]
;;  1ff: lea r15d, [r14+r13]
;;  203: mov [rsp+0x68], r15
;;  208: movdqu xmm15, [rsp+0x10]
;;  20f: movdqu [rsp], xmm15
;;  215: movdqu xmm15, [rsp+0x10]
;;  21c: movdqu [rsp+0x20], xmm15
;;  223: movdqu xmm15, [rsp+0x40]
;;  22a: movdqu [rsp+0x30], xmm15
;;  231: mov r15, [rsp+0x58]
;;  236: mov [rsp+0x50], r15
;;  23b: mov r15, [rsp+0x68]
;;  240: mov [rsp+0x60], r15
;;  245: jmp 0xe7
;;  24a: mov r9, [rsp+0x78]
;;  24f: mov r10, [r9+0x10]
;;  253: mov r11, [r10]
;;  256: mov rdi, [rsp+0x78]
;;  25b: call r11
;;  25e: jmp 0xfe
;;  263: mov rdi, [rsp+0x78]
;;  268: mov r11, [rdi+0x10]
;;  26c: mov r12, [r11]
;;  26f: call r12
;;  272: jmp 0x1f5
