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
;;   56: jae 0xb6
;;   5c: mov r11, [r14+0x40]
;;   60: mov r11, [r11+rax*8]
;;   64: cmp r11, 1
;;   68: jbe 0xba
;;   6e: mov rax, r11
;;   71: mov r11, [r14+0x18]
;;   75: mov r11d, [r11]
;;   78: cmp r11d, [rax+0x10]
;;   7c: jne 0xd3
;;   82: mov r11, [rbp-0x10]
;;   86: cmp rax, [r11]
;;   89: jne 0xd5
;;   8f: inc dword ptr [r11+8]
;;   93: mov esi, [rbp-0x18]
;;   96: mov rdi, [rax+8]
;;   9a: mov rax, [rax+0x18]
;;   9e: call qword ptr [rax]
;;   a0: mov eax, eax
;;   a2: mov r11, [r14+0x28]
;;   a6: sub dword ptr [r11], 1
;;   aa: js 0xf0
;;   b0: mov r14, [rbp-0x20]
;;   b4: leave
;;   b5: ret
;;   b6: ud2  ; trap: undefined element: out of bounds table access
;;   b8: ud2  ; trap: uninitialized element
;;   ba: push 0
;;   bc: mov r11, rax
;;   bf: mov rax, [r14+0x10]
;;   c3: call qword ptr [rax+0x88]
;;   c9: mov rax, r11
;;   cc: test rax, rax
;;   cf: je 0xb8
;;   d1: jmp 0x71
;;   d3: ud2  ; trap: indirect call type mismatch
;;   d5: test byte ptr [r11+0xc], 1
;;   da: jne 0x93
;;   dc: push 0
;;   de: mov r11, rax
;;   e1: mov rax, [r14+0x10]
;;   e5: call qword ptr [rax+0x80]
;;   eb: mov rax, r11
;;   ee: jmp 0x93
;;   f0: push 0xffffffffffffffff
;;   f2: mov r11, [r14+0x10]
;;   f6: call qword ptr [r11+0x70]
;;   fa: jmp 0xb0

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
;;   53: mov r11, [r14+0x58]
;;   57: cmp rax, [r11+8]
;;   5b: jae 0xbb
;;   61: mov r11, [r11]
;;   64: mov r11, [r11+rax*8]
;;   68: cmp r11, 1
;;   6c: jbe 0xbf
;;   72: mov rax, r11
;;   75: mov r11, [r14+0x18]
;;   79: mov r11d, [r11]
;;   7c: cmp r11d, [rax+0x10]
;;   80: jne 0xd8
;;   86: mov r11, [rbp-0x10]
;;   8a: cmp rax, [r11]
;;   8d: jne 0xda
;;   93: inc dword ptr [r11+8]
;;   97: mov esi, [rbp-0x18]
;;   9a: mov rdi, [rax+8]
;;   9e: mov rax, [rax+0x18]
;;   a2: call qword ptr [rax]
;;   a4: mov eax, eax
;;   a6: mov r11, [r14+0x28]
;;   aa: sub dword ptr [r11+4], 1
;;   af: js 0xf5
;;   b5: mov r14, [rbp-0x20]
;;   b9: leave
;;   ba: ret
;;   bb: ud2  ; trap: undefined element: out of bounds table access
;;   bd: ud2  ; trap: uninitialized element
;;   bf: push 1
;;   c1: mov r11, rax
;;   c4: mov rax, [r14+0x10]
;;   c8: call qword ptr [rax+0x88]
;;   ce: mov rax, r11
;;   d1: test rax, rax
;;   d4: je 0xbd
;;   d6: jmp 0x75
;;   d8: ud2  ; trap: indirect call type mismatch
;;   da: test byte ptr [r11+0xc], 1
;;   df: jne 0x97
;;   e1: push 0
;;   e3: mov r11, rax
;;   e6: mov rax, [r14+0x10]
;;   ea: call qword ptr [rax+0x80]
;;   f0: mov rax, r11
;;   f3: jmp 0x97
;;   f5: push 0xffffffffffffffff
;;   f7: mov r11, [r14+0x10]
;;   fb: call qword ptr [r11+0x70]
;;   ff: jmp 0xb5
