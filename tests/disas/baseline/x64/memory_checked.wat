;;! checked
(module
  (memory 1)
  (func (param i32) (result i32)
    (i32.load offset=8 (local.get 0)))
  (func (param i32 i64)
    (i64.store (local.get 0) (local.get 1)))
  ;; Beyond the guard: checked.
  (func (param i32) (result i32)
    (i32.load8_u offset=0x5000000 (local.get 0)))
  ;; The base is loaded once.
  (func (param i32 i32) (result i64)
    (local i64)
    (loop
      (local.set 2 (i64.add (local.get 2) (i64.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if 0 (i32.lt_u (local.get 0) (local.get 1))))
    (local.get 2)))

;; func 0, frame of 32 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x20
;;    e: mov [rbp-0x10], r14
;;   12: mov [rbp-0x18], rbx
;;   16: mov r14, rdi
;;   19: mov [rbp-8], esi
;;   1c: mov rbx, [r14+0x58]
;;   20: mov eax, [rbp-8]
;;   23: lea r11, [rax+0xc]
;;   27: cmp r11, [rbx+8]
;;   2b: ja 0x4e
;;   31: mov r11, [rbx]
;;   34: mov eax, [r11+rax+8]  ; trap: out of bounds memory access
;;   39: sub dword ptr [r14+0x40], 1
;;   3e: js 0x50
;;   44: mov r14, [rbp-0x10]
;;   48: mov rbx, [rbp-0x18]
;;   4c: leave
;;   4d: ret
;;   4e: ud2  ; trap: out of bounds memory access
;;   50: push 0xffffffffffffffff
;;   52: mov r11d, 0
;;   58: call qword ptr [r14+0x48]
;;   5c: jmp 0x44

;; func 1, frame of 32 bytes
;;    2: push rbp
;;    3: mov rbp, rsp
;;    6: sub rsp, 0x20
;;    a: mov [rbp-0x18], r14
;;    e: mov [rbp-0x20], rbx
;;   12: mov r14, rdi
;;   15: mov [rbp-0x10], esi
;;   18: mov [rbp-8], rdx
;;   1c: mov rbx, [r14+0x58]
;;   20: mov rax, [rbp-8]
;;   24: mov ecx, [rbp-0x10]
;;   27: lea r11, [rcx+8]
;;   2b: cmp r11, [rbx+8]
;;   2f: ja 0x51
;;   35: mov r11, [rbx]
;;   38: mov [r11+rcx], rax  ; trap: out of bounds memory access
;;   3c: sub dword ptr [r14+0x40], 1
;;   41: js 0x53
;;   47: mov r14, [rbp-0x18]
;;   4b: mov rbx, [rbp-0x20]
;;   4f: leave
;;   50: ret
;;   51: ud2  ; trap: out of bounds memory access
;;   53: push 0xffffffffffffffff
;;   55: mov r11d, 1
;;   5b: call qword ptr [r14+0x48]
;;   5f: jmp 0x47

;; func 2, frame of 32 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x20
;;    e: mov [rbp-0x10], r14
;;   12: mov [rbp-0x18], rbx
;;   16: mov r14, rdi
;;   19: mov [rbp-8], esi
;;   1c: mov rbx, [r14+0x58]
;;   20: mov eax, [rbp-8]
;;   23: lea r11, [rax+0x5000001]
;;   2a: cmp r11, [rbx+8]
;;   2e: ja 0x55
;;   34: mov r11, [rbx]
;;   37: movzx eax, byte ptr [r11+rax+0x5000000]  ; trap: out of bounds memory access
;;   40: sub dword ptr [r14+0x40], 1
;;   45: js 0x57
;;   4b: mov r14, [rbp-0x10]
;;   4f: mov rbx, [rbp-0x18]
;;   53: leave
;;   54: ret
;;   55: ud2  ; trap: out of bounds memory access
;;   57: push 0xffffffffffffffff
;;   59: mov r11d, 2
;;   5f: call qword ptr [r14+0x48]
;;   63: jmp 0x4b

;; func 3, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-8], r14
;;   1a: mov [rbp-0x10], rbx
;;   1e: mov r14, rdi
;;   21: mov r8d, esi
;;   24: mov r10d, edx
;;   27: xor r9d, r9d
;;   2a: mov rbx, [r14+0x58]
;;   2e: mov r11, [r14]
;;   31: cmp rsp, [r11]
;;   34: jae 0x40
;;   36: push 0
;;   38: mov r11, [r14+0x10]
;;   3c: call qword ptr [r11+0x68]
;;   40: sub dword ptr [r14+0x40], 2
;;   45: js 0x90
;;   4b: mov r11, [r14]
;;   4e: cmp rsp, [r11]
;;   51: jb 0x9e
;;   57: lea r11, [r8+8]
;;   5b: cmp r11, [rbx+8]
;;   5f: ja 0xaa
;;   65: mov r11, [rbx]
;;   68: mov rax, [r11+r8]  ; trap: out of bounds memory access
;;   6c: add r9, rax
;;   6f: add r8d, 8
;;   73: cmp r8d, r10d
;;   76: jb 0x40
;;   78: mov rax, r9
;;   7b: sub dword ptr [r14+0x40], 3
;;   80: js 0xac
;;   86: mov r14, [rbp-8]
;;   8a: mov rbx, [rbp-0x10]
;;   8e: leave
;;   8f: ret
;;   90: push 0
;;   92: mov r11d, 3
;;   98: call qword ptr [r14+0x48]
;;   9c: jmp 0x4b
;;   9e: push 0
;;   a0: mov r11, [r14+0x10]
;;   a4: call qword ptr [r11+0x68]
;;   a8: jmp 0x57
;;   aa: ud2  ; trap: out of bounds memory access
;;   ac: push 0xffffffffffffffff
;;   ae: mov r11d, 3
;;   b4: call qword ptr [r14+0x48]
;;   b8: jmp 0x86
