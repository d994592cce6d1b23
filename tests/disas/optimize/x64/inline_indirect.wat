;;! inline
(module
  (type $t (func (param i32) (result i32)))
  (table 8 8 funcref)
  (elem (i32.const 0) $double $square $large)
  (func $double (type $t) (i32.shl (local.get 0) (i32.const 1)))
  (func $square (type $t) (i32.mul (local.get 0) (local.get 0)))
  ;; Calls itself: stays a call.
  (func $large (type $t) (call $large (local.get 0)))
  (func $apply (param i32 i32) (result i32)
    (call_indirect (type $t) (local.get 1) (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x20
;;   16: mov rax, rsi
;;   19: shl eax, 1
;;   1b: mov rsp, rbp
;;   1e: pop rbp
;;   1f: ret
;;   20: mov r11, [rdi+0x10]
;;   24: mov r11, [r11]
;;   27: call r11
;;   2a: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x21
;;   16: mov rax, rsi
;;   19: imul eax, esi
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
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x20
;;   16: call 0
;;   1b: mov rsp, rbp
;;   1e: pop rbp
;;   1f: ret
;;   20: mov r11, [rdi+0x10]
;;   24: mov r11, [r11]
;;   27: call r11
;;   2a: jmp 0x16

;; func 3, frame of 16 bytes
;;   20: push rbp
;;   21: mov rbp, rsp
;;   24: sub rsp, 0x10
;;   28: mov [rsp], rbx
;;   2c: mov [rsp+8], r12
;;   31: mov rbx, rdx
;;   34: mov rax, [rdi]
;;   37: mov rax, [rax]
;;   3a: mov rcx, rsp
;;   3d: cmp rcx, rax
;;   40: jb 0xc9
;;   46: mov edx, esi
;;   48: cmp rdx, 8
;;   4c: jae 0x128
;;   52: mov rax, [rdi+0x40]
;;   56: lea rcx, [rax+rdx*8]
;;   5a: cmp rdx, 8
;;   5e: cmovae rcx, rax
;;   62: mov rax, [rcx]
;;   65: lea rcx, [rdi+0x50]
;;   69: cmp rax, rcx
;;   6c: je 0xaf
;;   72: lea rcx, [rdi+0x70]
;;   76: cmp rax, rcx
;;   79: je 0xa1
;;   7f: lea rcx, [rdi+0x90]
;;   86: cmp rax, rcx
;;   89: jne 0xd7
;;   8f: mov rsi, rbx
;;   92: mov rax, [rdi+8]
;;   96: mov rax, [rax+0x10]
;;   9a: call rax
;;   9c: jmp 0xb7
;;   a1: mov rsi, rbx
;;   a4: mov rax, rsi
;;   a7: imul eax, esi
;;   aa: jmp 0xb7
;;   af: mov rsi, rbx
;;   b2: mov rax, rsi
;;   b5: shl eax, 1
;;   b7: mov rbx, [rsp]
;;   bb: mov r12, [rsp+8]
;;   c0: add rsp, 0x10
;;   c4: mov rsp, rbp
;;   c7: pop rbp
;;   c8: ret
;;   c9: mov rax, [rdi+0x10]
;;   cd: mov rax, [rax]
;;   d0: call rax
;;   d2: jmp 0x46
;;   d7: cmp rax, 1
;;   db: jbe 0xe9
;;   e1: mov r12, rdi
;;   e4: jmp 0x101
;;   e9: mov rax, [rdi+0x10]
;;   ed: mov r12, rdi
;;   f0: mov rax, [rax+0x58]
;;   f4: xor esi, esi
;;   f6: call rax
;;   f8: test rax, rax
;;   fb: je 0x12a
;;  101: mov ecx, [rax+0x10]
;;  104: mov rdi, r12
;;  107: mov rdx, [rdi+0x18]
;;  10b: cmp ecx, [rdx]
;;  10d: jne 0x12c
;;  113: mov rcx, [rax+0x18]
;;  117: mov rdi, [rax+8]
;;  11b: mov rax, [rcx]
;;  11e: mov rsi, rbx
;;  121: call rax
;;  123: jmp 0xb7
;;  128: ud2  ; trap: undefined element: out of bounds table access
;;  12a: ud2  ; trap: uninitialized element
;;  12c: ud2  ; trap: indirect call type mismatch
