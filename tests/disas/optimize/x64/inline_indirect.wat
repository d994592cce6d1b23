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

;; func 3, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x84
;;   16: mov ecx, esi
;;   18: cmp rcx, 8
;;   1c: jae 0x105
;;   22: mov rax, [rdi+0x50]
;;   26: mov rax, [rax+rcx*8]
;;   2a: lea rsi, [rdi+0x60]
;;   2e: cmp rax, rsi
;;   31: je 0x77
;;   37: lea rsi, [rdi+0x80]
;;   3e: cmp rax, rsi
;;   41: je 0x69
;;   47: lea rsi, [rdi+0xa0]
;;   4e: cmp rax, rsi
;;   51: jne 0x92
;;   57: mov rsi, rdx
;;   5a: mov rcx, [rdi+8]
;;   5e: mov rcx, [rcx+0x10]
;;   62: call rcx
;;   64: jmp 0x7f
;;   69: mov rsi, rdx
;;   6c: mov rax, rsi
;;   6f: imul eax, esi
;;   72: jmp 0x7f
;;   77: mov rsi, rdx
;;   7a: mov rax, rsi
;;   7d: shl eax, 1
;;   7f: mov rsp, rbp
;;   82: pop rbp
;;   83: ret
;;   84: mov rax, [rdi+0x10]
;;   88: mov rax, [rax]
;;   8b: call rax
;;   8d: jmp 0x16
;;   92: mov esi, 1
;;   97: cmp rcx, 8
;;   9b: cmovae rax, rsi
;;   9f: cmp rax, 1
;;   a3: ja 0xd4
;;   a9: mov rax, [rdi]
;;   ac: mov dword ptr [rax+0x60], 0
;;   b3: mov [rax+0x68], rcx
;;   b7: mov rax, [rdi+0x10]
;;   bb: mov rax, [rax+0x90]
;;   c2: call rax
;;   c4: mov rax, [rdi]
;;   c7: mov rax, [rax+0x58]
;;   cb: test rax, rax
;;   ce: je 0x107
;;   d4: mov ecx, [rax+0x10]
;;   d7: mov rsi, [rdi+0x18]
;;   db: cmp ecx, [rsi]
;;   dd: jne 0x109
;;   e3: mov rcx, [rdi]
;;   e6: mov [rcx+0x58], rax
;;   ea: mov [rcx+0x60], edx
;;   ed: mov rax, [rdi+0x10]
;;   f1: mov rax, [rax+0x98]
;;   f8: call rax
;;   fa: mov rax, [rdi]
;;   fd: mov eax, [rax+0x60]
;;  100: jmp 0x7f
;;  105: ud2  ; trap: undefined element: out of bounds table access
;;  107: ud2  ; trap: uninitialized element
;;  109: ud2  ; trap: indirect call type mismatch
