(module
  (type $many (func (param i32) (result i64 i64 i64 i64 i64 i64 i64 i64 i64 f64 i32)))
  (func $callee (type $many)
    (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5)
    (i64.const 6) (i64.const 7) (i64.const 8) (i64.const 9) (f64.const 10) (local.get 0))
  (func (result i32) (local i32)
    (call $callee (i32.const 5))
    (local.set 0)
    (drop) (drop) (drop) (drop) (drop) (drop) (drop) (drop) (drop) (drop)
    (local.get 0))
  (func (type $many)
    (return_call $callee (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x5f
;;   16: mov qword ptr [rsi], 9
;;   1d: mov [rsi+0x10], edx
;;   20: mov eax, 1
;;   25: mov ecx, 2
;;   2a: mov edx, 3
;;   2f: mov esi, 4
;;   34: mov edi, 5
;;   39: mov r8d, 6
;;   3f: mov r9d, 7
;;   45: mov r10d, 8
;;   4b: mov r11, 0x4024000000000000
;;   55: movq xmm0, r11
;;   5a: mov rsp, rbp
;;   5d: pop rbp
;;   5e: ret
;;   5f: mov rax, [rdi+0x10]
;;   63: mov rax, [rax]
;;   66: call rax
;;   68: jmp 0x16

;; func 1, frame of 32 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x20
;;    8: mov rax, [rdi]
;;    b: mov rax, [rax]
;;    e: mov rcx, rsp
;;   11: cmp rcx, rax
;;   14: jb 0x3d
;;   1a: mov rax, [rdi+8]
;;   1e: mov rax, [rax]
;;   21: lea rsi, [rsp]
;;   25: mov edx, 5
;;   2a: call rax
;;   2c: mov rax, [rsp]
;;   30: mov eax, [rsp+0x10]
;;   34: add rsp, 0x20
;;   38: mov rsp, rbp
;;   3b: pop rbp
;;   3c: ret
;;   3d: mov rax, [rdi+0x10]
;;   41: mov rax, [rax]
;;   44: call rax
;;   46: jmp 0x1a

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x24
;;   16: mov rax, [rdi+8]
;;   1a: mov r10, [rax]
;;   1d: mov rsp, rbp
;;   20: pop rbp
;;   21: jmp r10
;;   24: mov rax, [rdi+0x10]
;;   28: mov rax, [rax]
;;   2b: call rax
;;   2d: jmp 0x16
