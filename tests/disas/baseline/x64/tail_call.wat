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
;;   3f: jmp 0x68
;;   44: mov eax, [rbp-8]
;;   47: dec eax
;;   49: mov esi, eax
;;   4b: mov rdi, r14
;;   4e: mov r11, [r14+0x28]
;;   52: sub dword ptr [r11], 2
;;   56: js 0x7c
;;   5c: mov r11, [r14+8]
;;   60: mov rax, [r11]
;;   63: jmp 0x88
;;   68: mov r11, [r14+0x28]
;;   6c: sub dword ptr [r11], 2
;;   70: js 0x8f
;;   76: mov r14, [rbp-0x10]
;;   7a: leave
;;   7b: ret
;;   7c: push 0xffffffffffffffff
;;   7e: mov r11, [r14+0x10]
;;   82: call qword ptr [r11+0x70]
;;   86: jmp 0x5c
;;   88: mov r14, [rbp-0x10]
;;   8c: leave
;;   8d: jmp rax
;;   8f: push 0xffffffffffffffff
;;   91: mov r11, [r14+0x10]
;;   95: call qword ptr [r11+0x70]
;;   99: jmp 0x76

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
;;   33: mov rdi, [r14+0x58]
;;   37: mov r11, [r14+0x28]
;;   3b: sub dword ptr [r11+4], 1
;;   40: js 0x52
;;   46: mov r11, [r14+0x68]
;;   4a: mov rax, [r11]
;;   4d: jmp 0x5e
;;   52: push 0xffffffffffffffff
;;   54: mov r11, [r14+0x10]
;;   58: call qword ptr [r11+0x70]
;;   5c: jmp 0x46
;;   5e: mov r14, [rbp-0x10]
;;   62: leave
;;   63: jmp rax

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
;;   48: jae 0xa7
;;   4e: mov r11, [r14+0x40]
;;   52: mov r11, [r11+rax*8]
;;   56: cmp r11, 1
;;   5a: jbe 0xab
;;   60: mov rax, r11
;;   63: mov r11, [r14+0x18]
;;   67: mov r11d, [r11]
;;   6a: cmp r11d, [rax+0x10]
;;   6e: jne 0xc4
;;   74: mov r11, [rbp-8]
;;   78: cmp rax, [r11]
;;   7b: jne 0xc6
;;   81: inc dword ptr [r11+8]
;;   85: mov esi, [rbp-0x10]
;;   88: mov rdi, [rax+8]
;;   8c: mov r11, [r14+0x28]
;;   90: sub dword ptr [r11+8], 1
;;   95: js 0xe1
;;   9b: mov rax, [rax+0x18]
;;   9f: mov rax, [rax]
;;   a2: jmp 0xed
;;   a7: ud2  ; trap: undefined element: out of bounds table access
;;   a9: ud2  ; trap: uninitialized element
;;   ab: push 0
;;   ad: mov r11, rax
;;   b0: mov rax, [r14+0x10]
;;   b4: call qword ptr [rax+0x88]
;;   ba: mov rax, r11
;;   bd: test rax, rax
;;   c0: je 0xa9
;;   c2: jmp 0x63
;;   c4: ud2  ; trap: indirect call type mismatch
;;   c6: test byte ptr [r11+0xc], 1
;;   cb: jne 0x85
;;   cd: push 0
;;   cf: mov r11, rax
;;   d2: mov rax, [r14+0x10]
;;   d6: call qword ptr [rax+0x80]
;;   dc: mov rax, r11
;;   df: jmp 0x85
;;   e1: push 0xffffffffffffffff
;;   e3: mov r11, [r14+0x10]
;;   e7: call qword ptr [r11+0x70]
;;   eb: jmp 0x9b
;;   ed: mov r14, [rbp-0x18]
;;   f1: leave
;;   f2: jmp rax

;; func 3, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: mov r11, [r14+0x28]
;;   14: sub dword ptr [r11+0xc], 1
;;   19: js 0x27
;;   1f: mov r14, [rbp-8]
;;   23: leave
;;   24: ret 0x20
;;   27: push 0xffffffffffffffff
;;   29: mov r11, [r14+0x10]
;;   2d: call qword ptr [r11+0x70]
;;   31: jmp 0x1f

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
;;   50: mov r11, [r14+0x28]
;;   54: sub dword ptr [r11+0x10], 2
;;   59: js 0x6c
;;   5f: mov r11, [r14+8]
;;   63: mov rax, [r11+0x18]
;;   67: jmp 0x78
;;   6c: push 0xffffffffffffffff
;;   6e: mov r11, [r14+0x10]
;;   72: call qword ptr [r11+0x70]
;;   76: jmp 0x5f
;;   78: mov r14, [rbp-8]
;;   7c: mov r12, [rbp-0x10]
;;   80: mov r11, [rbp+8]
;;   84: mov r10, [rbp]
;;   88: movsd xmm15, [rsp]
;;   8e: movsd [rbp-0x10], xmm15
;;   94: movsd xmm15, [rsp+8]
;;   9b: movsd [rbp-8], xmm15
;;   a1: movsd xmm15, [rsp+0x10]
;;   a8: movsd [rbp], xmm15
;;   ae: movsd xmm15, [rsp+0x18]
;;   b5: movsd [rbp+8], xmm15
;;   bb: mov [rbp-0x18], r11
;;   bf: lea rsp, [rbp-0x18]
;;   c3: mov rbp, r10
;;   c6: jmp rax
