(module
  (type $t (func (param i32) (result i32)))
  (import "m" "f" (func $imported (type $t)))
  (table 4 4 funcref)
  (func $own (type $t)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $own (i32.sub (local.get 0) (i32.const 1))))
  (func (type $t) (return_call $imported (local.get 0)))
  (func (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 2)))
  ;; More stack arguments than its own.
  (func $many (param i64 i64 i64 i64 i64 i64 i64 i64))
  (func (param i64)
    (return_call $many (local.get 0) (local.get 0) (local.get 0) (local.get 0)
      (local.get 0) (local.get 0) (local.get 0) (local.get 0))))

;; func 0, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: mov [rbp-8], esi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: cmp dword ptr [rbp-8], 0
;;   34: jne 0x44
;;   3a: mov eax, 7
;;   3f: jmp 0x65
;;   44: mov eax, [rbp-8]
;;   47: dec eax
;;   49: mov esi, eax
;;   4b: mov rdi, r14
;;   4e: sub dword ptr [r14+0x40], 2
;;   53: js 0x76
;;   59: mov r11, [r14+8]
;;   5d: mov rax, [r11]
;;   60: jmp 0x84
;;   65: sub dword ptr [r14+0x40], 2
;;   6a: js 0x8b
;;   70: mov r14, [rbp-0x10]
;;   74: leave
;;   75: ret
;;   76: push 0xffffffffffffffff
;;   78: mov r11d, 0
;;   7e: call qword ptr [r14+0x48]
;;   82: jmp 0x59
;;   84: mov r14, [rbp-0x10]
;;   88: leave
;;   89: jmp rax
;;   8b: push 0xffffffffffffffff
;;   8d: mov r11d, 0
;;   93: call qword ptr [r14+0x48]
;;   97: jmp 0x70

;; func 1, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: mov [rbp-8], esi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov esi, [rbp-8]
;;   33: mov rdi, [r14+0x68]
;;   37: sub dword ptr [r14+0x40], 1
;;   3c: js 0x4e
;;   42: mov r11, [r14+0x78]
;;   46: mov rax, [r11]
;;   49: jmp 0x5c
;;   4e: push 0xffffffffffffffff
;;   50: mov r11d, 1
;;   56: call qword ptr [r14+0x48]
;;   5a: jmp 0x42
;;   5c: mov r14, [rbp-0x10]
;;   60: leave
;;   61: jmp rax

;; func 2, frame of 32 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x20
;;    9: mov [rbp-0x18], r14
;;    d: mov r14, rdi
;;   10: mov [rbp-0x10], esi
;;   13: mov r11, [r14]
;;   16: cmp rsp, [r11]
;;   19: jae 0x25
;;   1b: push 0
;;   1d: mov r11, [r14+0x10]
;;   21: call qword ptr [r11+0x68]
;;   25: mov r11, [r14+0x30]
;;   29: mov r11, [r11+0x10]
;;   2d: test r11, r11
;;   30: jne 0x3c
;;   32: push 1
;;   34: mov r11, [r14+0x10]
;;   38: call qword ptr [r11+0x78]
;;   3c: mov [rbp-8], r11
;;   40: mov eax, 2
;;   45: cmp eax, 4
;;   48: jae 0xa3
;;   4e: mov r11, [r14+0x50]
;;   52: mov r11, [r11+rax*8]
;;   56: cmp r11, 1
;;   5a: jbe 0xa7
;;   60: mov rax, r11
;;   63: mov r11, [r14+0x18]
;;   67: mov r11d, [r11]
;;   6a: cmp r11d, [rax+0x10]
;;   6e: jne 0xc0
;;   74: mov r11, [rbp-8]
;;   78: cmp rax, [r11]
;;   7b: jne 0xc2
;;   81: inc dword ptr [r11+8]
;;   85: mov esi, [rbp-0x10]
;;   88: mov rdi, [rax+8]
;;   8c: sub dword ptr [r14+0x40], 1
;;   91: js 0xdd
;;   97: mov rax, [rax+0x18]
;;   9b: mov rax, [rax]
;;   9e: jmp 0xeb
;;   a3: ud2  ; trap: undefined element: out of bounds table access
;;   a5: ud2  ; trap: uninitialized element
;;   a7: push 0
;;   a9: mov r11, rax
;;   ac: mov rax, [r14+0x10]
;;   b0: call qword ptr [rax+0x88]
;;   b6: mov rax, r11
;;   b9: test rax, rax
;;   bc: je 0xa5
;;   be: jmp 0x63
;;   c0: ud2  ; trap: indirect call type mismatch
;;   c2: test byte ptr [r11+0xc], 1
;;   c7: jne 0x85
;;   c9: push 0
;;   cb: mov r11, rax
;;   ce: mov rax, [r14+0x10]
;;   d2: call qword ptr [rax+0x80]
;;   d8: mov rax, r11
;;   db: jmp 0x85
;;   dd: push 0xffffffffffffffff
;;   df: mov r11d, 2
;;   e5: call qword ptr [r14+0x48]
;;   e9: jmp 0x97
;;   eb: mov r14, [rbp-0x18]
;;   ef: leave
;;   f0: jmp rax

;; func 3, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: sub dword ptr [r14+0x40], 1
;;   15: js 0x23
;;   1b: mov r14, [rbp-8]
;;   1f: leave
;;   20: ret 0x20
;;   23: push 0xffffffffffffffff
;;   25: mov r11d, 3
;;   2b: call qword ptr [r14+0x48]
;;   2f: jmp 0x1b

;; func 4, frame of 96 bytes
;;    8: push rbp
;;    9: mov rbp, rsp
;;    c: sub rsp, 0x60
;;   10: mov [rbp-8], r14
;;   14: mov [rbp-0x10], r12
;;   18: mov r14, rdi
;;   1b: mov r12, rsi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov [rsp], r12
;;   34: mov [rsp+8], r12
;;   39: mov [rsp+0x10], r12
;;   3e: mov rcx, r12
;;   41: mov rdx, r12
;;   44: mov rsi, r12
;;   47: mov rdi, r14
;;   4a: mov r8, r12
;;   4d: mov r9, r12
;;   50: sub dword ptr [r14+0x40], 2
;;   55: js 0x68
;;   5b: mov r11, [r14+8]
;;   5f: mov rax, [r11+0x18]
;;   63: jmp 0x76
;;   68: push 0xffffffffffffffff
;;   6a: mov r11d, 4
;;   70: call qword ptr [r14+0x48]
;;   74: jmp 0x5b
;;   76: mov r14, [rbp-8]
;;   7a: mov r12, [rbp-0x10]
;;   7e: mov r11, [rbp+8]
;;   82: mov r10, [rbp]
;;   86: movsd xmm15, [rsp]
;;   8c: movsd [rbp-0x10], xmm15
;;   92: movsd xmm15, [rsp+8]
;;   99: movsd [rbp-8], xmm15
;;   9f: movsd xmm15, [rsp+0x10]
;;   a6: movsd [rbp], xmm15
;;   ac: movsd xmm15, [rsp+0x18]
;;   b3: movsd [rbp+8], xmm15
;;   b9: mov [rbp-0x18], r11
;;   bd: lea rsp, [rbp-0x18]
;;   c1: mov rbp, r10
;;   c4: jmp rax
