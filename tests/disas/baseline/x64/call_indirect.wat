(module
  (type $t (func (param i32) (result i32)))
  (table $fixed 10 10 funcref)
  (table $growing 10 funcref)
  (func (param i32 i32) (result i32)
    (call_indirect $fixed (type $t) (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (call_indirect $growing (type $t) (local.get 0) (local.get 1))))

;; func 0, frame of 32 bytes
;;    f: push rbp
;;   10: mov rbp, rsp
;;   13: sub rsp, 0x20
;;   17: mov [rbp-0x20], r14
;;   1b: mov r14, rdi
;;   1e: mov [rbp-0x18], esi
;;   21: mov [rbp-8], edx
;;   24: mov r11, [r14]
;;   27: cmp rsp, [r11]
;;   2a: jae 0x36
;;   2c: push 0
;;   2e: mov r11, [r14+0x10]
;;   32: call qword ptr [r11+0x68]
;;   36: mov r11, [r14+0x30]
;;   3a: mov r11, [r11]
;;   3d: test r11, r11
;;   40: jne 0x4c
;;   42: push 1
;;   44: mov r11, [r14+0x10]
;;   48: call qword ptr [r11+0x78]
;;   4c: mov [rbp-0x10], r11
;;   50: mov eax, [rbp-8]
;;   53: cmp eax, 0xa
;;   56: jae 0xb3
;;   5c: mov r11, [r14+0x50]
;;   60: mov r11, [r11+rax*8]
;;   64: cmp r11, 1
;;   68: jbe 0xb7
;;   6e: mov rax, r11
;;   71: mov r11, [r14+0x18]
;;   75: mov r11d, [r11]
;;   78: cmp r11d, [rax+0x10]
;;   7c: jne 0xd0
;;   82: mov r11, [rbp-0x10]
;;   86: cmp rax, [r11]
;;   89: jne 0xd2
;;   8f: inc dword ptr [r11+8]
;;   93: mov esi, [rbp-0x18]
;;   96: mov rdi, [rax+8]
;;   9a: mov rax, [rax+0x18]
;;   9e: call qword ptr [rax]
;;   a0: mov eax, eax
;;   a2: sub dword ptr [r14+0x40], 1
;;   a7: js 0xed
;;   ad: mov r14, [rbp-0x20]
;;   b1: leave
;;   b2: ret
;;   b3: ud2  ; trap: undefined element: out of bounds table access
;;   b5: ud2  ; trap: uninitialized element
;;   b7: push 0
;;   b9: mov r11, rax
;;   bc: mov rax, [r14+0x10]
;;   c0: call qword ptr [rax+0x88]
;;   c6: mov rax, r11
;;   c9: test rax, rax
;;   cc: je 0xb5
;;   ce: jmp 0x71
;;   d0: ud2  ; trap: indirect call type mismatch
;;   d2: test byte ptr [r11+0xc], 1
;;   d7: jne 0x93
;;   d9: push 0
;;   db: mov r11, rax
;;   de: mov rax, [r14+0x10]
;;   e2: call qword ptr [rax+0x80]
;;   e8: mov rax, r11
;;   eb: jmp 0x93
;;   ed: push 0xffffffffffffffff
;;   ef: mov r11d, 0
;;   f5: call qword ptr [r14+0x48]
;;   f9: jmp 0xad

;; func 1, frame of 32 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x20
;;   16: mov [rbp-0x20], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-0x18], esi
;;   20: mov [rbp-8], edx
;;   23: mov r11, [r14]
;;   26: cmp rsp, [r11]
;;   29: jae 0x35
;;   2b: push 0
;;   2d: mov r11, [r14+0x10]
;;   31: call qword ptr [r11+0x68]
;;   35: mov r11, [r14+0x30]
;;   39: mov r11, [r11+8]
;;   3d: test r11, r11
;;   40: jne 0x4c
;;   42: push 1
;;   44: mov r11, [r14+0x10]
;;   48: call qword ptr [r11+0x78]
;;   4c: mov [rbp-0x10], r11
;;   50: mov eax, [rbp-8]
;;   53: mov r11, [r14+0x68]
;;   57: cmp rax, [r11+8]
;;   5b: jae 0xb7
;;   61: mov r11, [r11]
;;   64: mov r11, [r11+rax*8]
;;   68: cmp r11, 1
;;   6c: jbe 0xbb
;;   72: mov rax, r11
;;   75: mov r11, [r14+0x18]
;;   79: mov r11d, [r11]
;;   7c: cmp r11d, [rax+0x10]
;;   80: jne 0xd4
;;   86: mov r11, [rbp-0x10]
;;   8a: cmp rax, [r11]
;;   8d: jne 0xd6
;;   93: inc dword ptr [r11+8]
;;   97: mov esi, [rbp-0x18]
;;   9a: mov rdi, [rax+8]
;;   9e: mov rax, [rax+0x18]
;;   a2: call qword ptr [rax]
;;   a4: mov eax, eax
;;   a6: sub dword ptr [r14+0x40], 1
;;   ab: js 0xf1
;;   b1: mov r14, [rbp-0x20]
;;   b5: leave
;;   b6: ret
;;   b7: ud2  ; trap: undefined element: out of bounds table access
;;   b9: ud2  ; trap: uninitialized element
;;   bb: push 1
;;   bd: mov r11, rax
;;   c0: mov rax, [r14+0x10]
;;   c4: call qword ptr [rax+0x88]
;;   ca: mov rax, r11
;;   cd: test rax, rax
;;   d0: je 0xb9
;;   d2: jmp 0x75
;;   d4: ud2  ; trap: indirect call type mismatch
;;   d6: test byte ptr [r11+0xc], 1
;;   db: jne 0x97
;;   dd: push 0
;;   df: mov r11, rax
;;   e2: mov rax, [r14+0x10]
;;   e6: call qword ptr [rax+0x80]
;;   ec: mov rax, r11
;;   ef: jmp 0x97
;;   f1: push 0xffffffffffffffff
;;   f3: mov r11d, 1
;;   f9: call qword ptr [r14+0x48]
;;   fd: jmp 0xb1
