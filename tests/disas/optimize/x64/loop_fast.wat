;;! fast
(module
  (func (param i32) (result i32) (local i32)
    ;; Neither stores nor calls.
    loop
      local.get 1
      local.get 0
      i32.add
      local.set 1
      local.get 0
      i32.const 1
      i32.sub
      local.tee 0
      br_if 0
    end
    local.get 1)
  (func
    (loop (br 0))))

;; func 0, frame of 112 bytes
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: sub rsp, 0x70
;;   18: mov [rsp+0x40], rbx
;;   1d: mov [rsp+0x48], r12
;;   22: mov [rsp+0x50], r13
;;   27: mov [rsp+0x58], r14
;;   2c: mov [rsp+0x60], r15
;;   31: mov [rsp+0x30], rsi
;;   36: mov [rsp+0x20], rdi
;;   3b: xor r10d, r10d
;;   3e: mov [rsp+0x28], r10
;;   43: mov r13, [rsp+0x20]
;;   48: mov r11, [r13]
;;   4c: mov r12, [r11]
;;   4f: mov r14, rsp
;;   52: cmp r14, r12
;;   55: jb 0xf2
;;   5b: mov rcx, [rsp+0x28]
;;   60: mov [rsp+8], rcx
;;   65: mov rcx, [rsp+0x30]
;;   6a: mov [rsp+0x10], rcx
;;   6f: mov rdx, [rsp+0x20]
;;   74: mov rbx, [rdx]
;;   77: mov rsi, [rbx]
;;   7a: mov r8, rsp
;;   7d: cmp r8, rsi
;;   80: jb 0x10a
;;   86: mov r13, [rsp+0x10]
;;   8b: mov r11, [rsp+8]
;;   90: lea r12d, [r11+r13]
;;   94: mov [rsp], r12
;;   98: sub r13d, 1
;;   9c: mov [rsp+0x18], r13
;;   a1: mov r14, [rsp+0x18]
;;   a6: mov r15, [rsp+0x18]
;;   ab: test r15d, r14d
;;   ae: je 0xcc
;;   b4: mov r15, [rsp]
;;   b8: mov [rsp+8], r15
;;   bd: mov r15, [rsp+0x18]
;;   c2: mov [rsp+0x10], r15
;;   c7: jmp 0x6f
;;   cc: mov rax, [rsp]
;;   d0: mov rbx, [rsp+0x40]
;;   d5: mov r12, [rsp+0x48]
;;   da: mov r13, [rsp+0x50]
;;   df: mov r14, [rsp+0x58]
;;   e4: mov r15, [rsp+0x60]
;;   e9: add rsp, 0x70
;;   ed: mov rsp, rbp
;;   f0: pop rbp
;;   f1: ret
;;   f2: mov r15, [rsp+0x20]
;;   f7: mov rax, [r15+0x10]
;;   fb: mov rcx, [rax]
;;   fe: mov rdi, [rsp+0x20]
;;  103: call rcx
;;  105: jmp 0x5b
;;  10a: mov rdi, [rsp+0x20]
;;  10f: mov r9, [rdi+0x10]
;;  113: mov r10, [r9]
;;  116: call r10
;;  119: jmp 0x86

;; func 1, frame of 64 bytes
;;   20: push rbp
;;   21: mov rbp, rsp
;;   24: sub rsp, 0x40
;;   28: mov [rsp+0x10], rbx
;;   2d: mov [rsp+0x18], r12
;;   32: mov [rsp+0x20], r13
;;   37: mov [rsp+0x28], r14
;;   3c: mov [rsp+0x30], r15
;;   41: mov [rsp], rdi
;;   45: mov rax, [rsp]
;;   49: mov rcx, [rax]
;;   4c: mov rdx, [rcx]
;;   4f: mov rbx, rsp
;;   52: cmp rbx, rdx
;;   55: jb 0x76
;;   5b: mov r10, [rsp]
;;   5f: mov r11, [r10]
;;   62: mov r12, [r11]
;;   65: mov r13, rsp
;;   68: cmp r13, r12
;;   6b: jb 0x8d
;;   71: jmp 0x5b
;;   76: mov rsi, [rsp]
;;   7a: mov r8, [rsi+0x10]
;;   7e: mov r9, [r8]
;;   81: mov rdi, [rsp]
;;   85: call r9
;;   88: jmp 0x5b
;;   8d: mov rdi, [rsp]
;;   91: mov r14, [rdi+0x10]
;;   95: mov r15, [r14]
;;   98: call r15
;;   9b: jmp 0x5b
