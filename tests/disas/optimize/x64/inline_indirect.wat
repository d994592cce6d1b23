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
;;   20: push rbp
;;   21: mov rbp, rsp
;;   24: mov rax, [rdi]
;;   27: mov rax, [rax]
;;   2a: mov rcx, rsp
;;   2d: cmp rcx, rax
;;   30: jb 0xa1
;;   36: mov ecx, esi
;;   38: cmp rcx, 8
;;   3c: jae 0x122
;;   42: mov rax, [rdi+0x40]
;;   46: mov rax, [rax+rcx*8]
;;   4a: lea rsi, [rdi+0x50]
;;   4e: cmp rax, rsi
;;   51: je 0x94
;;   57: lea rsi, [rdi+0x70]
;;   5b: cmp rax, rsi
;;   5e: je 0x86
;;   64: lea rsi, [rdi+0x90]
;;   6b: cmp rax, rsi
;;   6e: jne 0xaf
;;   74: mov rsi, rdx
;;   77: mov rcx, [rdi+8]
;;   7b: mov rcx, [rcx+0x10]
;;   7f: call rcx
;;   81: jmp 0x9c
;;   86: mov rsi, rdx
;;   89: mov rax, rsi
;;   8c: imul eax, esi
;;   8f: jmp 0x9c
;;   94: mov rsi, rdx
;;   97: mov rax, rsi
;;   9a: shl eax, 1
;;   9c: mov rsp, rbp
;;   9f: pop rbp
;;   a0: ret
;;   a1: mov rax, [rdi+0x10]
;;   a5: mov rax, [rax]
;;   a8: call rax
;;   aa: jmp 0x36
;;   af: mov esi, 1
;;   b4: cmp rcx, 8
;;   b8: cmovae rax, rsi
;;   bc: cmp rax, 1
;;   c0: ja 0xf1
;;   c6: mov rax, [rdi]
;;   c9: mov dword ptr [rax+0x60], 0
;;   d0: mov [rax+0x68], rcx
;;   d4: mov rax, [rdi+0x10]
;;   d8: mov rax, [rax+0x90]
;;   df: call rax
;;   e1: mov rax, [rdi]
;;   e4: mov rax, [rax+0x58]
;;   e8: test rax, rax
;;   eb: je 0x124
;;   f1: mov ecx, [rax+0x10]
;;   f4: mov rsi, [rdi+0x18]
;;   f8: cmp ecx, [rsi]
;;   fa: jne 0x126
;;  100: mov rcx, [rdi]
;;  103: mov [rcx+0x58], rax
;;  107: mov [rcx+0x60], edx
;;  10a: mov rax, [rdi+0x10]
;;  10e: mov rax, [rax+0x98]
;;  115: call rax
;;  117: mov rax, [rdi]
;;  11a: mov eax, [rax+0x60]
;;  11d: jmp 0x9c
;;  122: ud2  ; trap: undefined element: out of bounds table access
;;  124: ud2  ; trap: uninitialized element
;;  126: ud2  ; trap: indirect call type mismatch
