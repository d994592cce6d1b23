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
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x70
;;    8: mov [rsp+0x40], rbx
;;    d: mov [rsp+0x48], r12
;;   12: mov [rsp+0x50], r13
;;   17: mov [rsp+0x58], r14
;;   1c: mov [rsp+0x60], r15
;;   21: mov [rsp+0x30], rsi
;;   26: mov [rsp+0x20], rdi
;;   2b: xor r13d, r13d
;;   2e: mov [rsp+0x28], r13
;;   33: mov r11, [rsp+0x20]
;;   38: mov r12, [r11]
;;   3b: mov r14, [r12]
;;   3f: mov r15, rsp
;;   42: cmp r15, r14
;;   45: jb 0xe0
;;   4b: mov rdx, [rsp+0x28]
;;   50: mov [rsp+8], rdx
;;   55: mov rdx, [rsp+0x30]
;;   5a: mov [rsp+0x10], rdx
;;   5f: mov rbx, [rsp+0x20]
;;   64: mov rsi, [rbx]
;;   67: mov r8, [rsi]
;;   6a: cmp r8, 0xffffffffffffffff
;;   6e: je 0xf8
;;   74: mov r13, [rsp+0x10]
;;   79: mov r11, [rsp+8]
;;   7e: lea r12d, [r11+r13]
;;   82: mov [rsp], r12
;;   86: sub r13d, 1
;;   8a: mov [rsp+0x18], r13
;;   8f: mov r14, [rsp+0x18]
;;   94: mov r15, [rsp+0x18]
;;   99: test r15d, r14d
;;   9c: je 0xba
;;   a2: mov r15, [rsp]
;;   a6: mov [rsp+8], r15
;;   ab: mov r15, [rsp+0x18]
;;   b0: mov [rsp+0x10], r15
;;   b5: jmp 0x5f
;;   ba: mov rax, [rsp]
;;   be: mov rbx, [rsp+0x40]
;;   c3: mov r12, [rsp+0x48]
;;   c8: mov r13, [rsp+0x50]
;;   cd: mov r14, [rsp+0x58]
;;   d2: mov r15, [rsp+0x60]
;;   d7: add rsp, 0x70
;;   db: mov rsp, rbp
;;   de: pop rbp
;;   df: ret
;;   e0: mov rax, [rsp+0x20]
;;   e5: mov rcx, [rax+0x10]
;;   e9: mov rdx, [rcx]
;;   ec: mov rdi, [rsp+0x20]
;;   f1: call rdx
;;   f3: jmp 0x4b
;;   f8: mov rdi, [rsp+0x20]
;;   fd: mov r9, [rdi+0x10]
;;  101: mov r10, [r9]
;;  104: call r10
;;  107: jmp 0x74

;; func 1, frame of 64 bytes
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: sub rsp, 0x40
;;   18: mov [rsp+0x10], rbx
;;   1d: mov [rsp+0x18], r12
;;   22: mov [rsp+0x20], r13
;;   27: mov [rsp+0x28], r14
;;   2c: mov [rsp+0x30], r15
;;   31: mov [rsp], rdi
;;   35: mov rcx, [rsp]
;;   39: mov rdx, [rcx]
;;   3c: mov rbx, [rdx]
;;   3f: mov rsi, rsp
;;   42: cmp rsi, rbx
;;   45: jb 0x65
;;   4b: mov r11, [rsp]
;;   4f: mov r12, [r11]
;;   52: mov r13, [r12]
;;   56: cmp r13, 0xffffffffffffffff
;;   5a: je 0x7c
;;   60: jmp 0x4b
;;   65: mov r8, [rsp]
;;   69: mov r9, [r8+0x10]
;;   6d: mov r10, [r9]
;;   70: mov rdi, [rsp]
;;   74: call r10
;;   77: jmp 0x4b
;;   7c: mov rdi, [rsp]
;;   80: mov r14, [rdi+0x10]
;;   84: mov r15, [r14]
;;   87: call r15
;;   8a: jmp 0x4b
