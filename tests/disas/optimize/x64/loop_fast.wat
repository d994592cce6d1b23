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
;;   2b: xor r10d, r10d
;;   2e: mov [rsp+0x28], r10
;;   33: mov r13, [rsp+0x20]
;;   38: mov r11, [r13]
;;   3c: mov r12, [r11]
;;   3f: mov r14, rsp
;;   42: cmp r14, r12
;;   45: jb 0xe2
;;   4b: mov rcx, [rsp+0x28]
;;   50: mov [rsp+8], rcx
;;   55: mov rcx, [rsp+0x30]
;;   5a: mov [rsp+0x10], rcx
;;   5f: mov rdx, [rsp+0x20]
;;   64: mov rbx, [rdx]
;;   67: mov rsi, [rbx]
;;   6a: mov r8, rsp
;;   6d: cmp r8, rsi
;;   70: jb 0xfa
;;   76: mov r13, [rsp+0x10]
;;   7b: mov r11, [rsp+8]
;;   80: lea r12d, [r11+r13]
;;   84: mov [rsp], r12
;;   88: sub r13d, 1
;;   8c: mov [rsp+0x18], r13
;;   91: mov r14, [rsp+0x18]
;;   96: mov r15, [rsp+0x18]
;;   9b: test r15d, r14d
;;   9e: je 0xbc
;;   a4: mov r15, [rsp]
;;   a8: mov [rsp+8], r15
;;   ad: mov r15, [rsp+0x18]
;;   b2: mov [rsp+0x10], r15
;;   b7: jmp 0x5f
;;   bc: mov rax, [rsp]
;;   c0: mov rbx, [rsp+0x40]
;;   c5: mov r12, [rsp+0x48]
;;   ca: mov r13, [rsp+0x50]
;;   cf: mov r14, [rsp+0x58]
;;   d4: mov r15, [rsp+0x60]
;;   d9: add rsp, 0x70
;;   dd: mov rsp, rbp
;;   e0: pop rbp
;;   e1: ret
;;   e2: mov r15, [rsp+0x20]
;;   e7: mov rax, [r15+0x10]
;;   eb: mov rcx, [rax]
;;   ee: mov rdi, [rsp+0x20]
;;   f3: call rcx
;;   f5: jmp 0x4b
;;   fa: mov rdi, [rsp+0x20]
;;   ff: mov r9, [rdi+0x10]
;;  103: mov r10, [r9]
;;  106: call r10
;;  109: jmp 0x76

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
;;   35: mov rax, [rsp]
;;   39: mov rcx, [rax]
;;   3c: mov rdx, [rcx]
;;   3f: mov rbx, rsp
;;   42: cmp rbx, rdx
;;   45: jb 0x66
;;   4b: mov r10, [rsp]
;;   4f: mov r11, [r10]
;;   52: mov r12, [r11]
;;   55: mov r13, rsp
;;   58: cmp r13, r12
;;   5b: jb 0x7d
;;   61: jmp 0x4b
;;   66: mov rsi, [rsp]
;;   6a: mov r8, [rsi+0x10]
;;   6e: mov r9, [r8]
;;   71: mov rdi, [rsp]
;;   75: call r9
;;   78: jmp 0x4b
;;   7d: mov rdi, [rsp]
;;   81: mov r14, [rdi+0x10]
;;   85: mov r15, [r14]
;;   88: call r15
;;   8b: jmp 0x4b
