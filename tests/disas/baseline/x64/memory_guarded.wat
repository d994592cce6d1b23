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
;;   1c: mov rbx, [r14+0x50]
;;   20: mov eax, [rbp-8]
;;   23: mov eax, [rbx+rax+8]  ; trap: out of bounds memory access
;;   27: sub dword ptr [r14+0x40], 1
;;   2c: js 0x3c
;;   32: mov r14, [rbp-0x10]
;;   36: mov rbx, [rbp-0x18]
;;   3a: leave
;;   3b: ret
;;   3c: push 0xffffffffffffffff
;;   3e: mov r11d, 0
;;   44: call qword ptr [r14+0x48]
;;   48: jmp 0x32

;; func 1, frame of 32 bytes
;;    2: push rbp
;;    3: mov rbp, rsp
;;    6: sub rsp, 0x20
;;    a: mov [rbp-0x18], r14
;;    e: mov [rbp-0x20], rbx
;;   12: mov r14, rdi
;;   15: mov [rbp-0x10], esi
;;   18: mov [rbp-8], rdx
;;   1c: mov rbx, [r14+0x50]
;;   20: mov rax, [rbp-8]
;;   24: mov ecx, [rbp-0x10]
;;   27: mov [rbx+rcx], rax  ; trap: out of bounds memory access
;;   2b: sub dword ptr [r14+0x40], 1
;;   30: js 0x40
;;   36: mov r14, [rbp-0x18]
;;   3a: mov rbx, [rbp-0x20]
;;   3e: leave
;;   3f: ret
;;   40: push 0xffffffffffffffff
;;   42: mov r11d, 1
;;   48: call qword ptr [r14+0x48]
;;   4c: jmp 0x36

;; func 2, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: mov rcx, [r14+0x58]
;;   27: lea r11, [rax+0x5000001]
;;   2e: cmp r11, [rcx+8]
;;   32: ja 0x55
;;   38: mov r11, [rcx]
;;   3b: movzx eax, byte ptr [r11+rax+0x5000000]  ; trap: out of bounds memory access
;;   44: sub dword ptr [r14+0x40], 1
;;   49: js 0x57
;;   4f: mov r14, [rbp-0x10]
;;   53: leave
;;   54: ret
;;   55: ud2  ; trap: out of bounds memory access
;;   57: push 0xffffffffffffffff
;;   59: mov r11d, 2
;;   5f: call qword ptr [r14+0x48]
;;   63: jmp 0x4f

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
;;   2a: mov rbx, [r14+0x50]
;;   2e: mov r11, [r14]
;;   31: cmp rsp, [r11]
;;   34: jae 0x40
;;   36: push 0
;;   38: mov r11, [r14+0x10]
;;   3c: call qword ptr [r11+0x68]
;;   40: sub dword ptr [r14+0x40], 2
;;   45: js 0x7f
;;   4b: mov r11, [r14]
;;   4e: cmp rsp, [r11]
;;   51: jb 0x8d
;;   57: mov rax, [rbx+r8]  ; trap: out of bounds memory access
;;   5b: add r9, rax
;;   5e: add r8d, 8
;;   62: cmp r8d, r10d
;;   65: jb 0x40
;;   67: mov rax, r9
;;   6a: sub dword ptr [r14+0x40], 3
;;   6f: js 0x99
;;   75: mov r14, [rbp-8]
;;   79: mov rbx, [rbp-0x10]
;;   7d: leave
;;   7e: ret
;;   7f: push 0
;;   81: mov r11d, 3
;;   87: call qword ptr [r14+0x48]
;;   8b: jmp 0x4b
;;   8d: push 0
;;   8f: mov r11, [r14+0x10]
;;   93: call qword ptr [r11+0x68]
;;   97: jmp 0x57
;;   99: push 0xffffffffffffffff
;;   9b: mov r11d, 3
;;   a1: call qword ptr [r14+0x48]
;;   a5: jmp 0x75
