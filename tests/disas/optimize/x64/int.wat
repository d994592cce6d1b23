(module
  (func (param i32 i32) (result i32) (i32.rotl (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64) (i64.shl (local.get 0) (local.get 1)))
  (func (param i64) (result i64) (i64.popcnt (local.get 0)))
  (func (param i32) (result i32) (i32.clz (local.get 0)))
  (func (param i32) (result i64) (i64.extend_i32_s (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x23
;;   16: mov rcx, rdx
;;   19: mov rax, rsi
;;   1c: rol eax, cl
;;   1e: mov rsp, rbp
;;   21: pop rbp
;;   22: ret
;;   23: mov rax, [rdi+0x10]
;;   27: mov rax, [rax]
;;   2a: call rax
;;   2c: mov rcx, rdx
;;   2f: jmp 0x19

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x24
;;   16: mov rcx, rdx
;;   19: mov rax, rsi
;;   1c: shl rax, cl
;;   1f: mov rsp, rbp
;;   22: pop rbp
;;   23: ret
;;   24: mov rax, [rdi+0x10]
;;   28: mov rax, [rax]
;;   2b: call rax
;;   2d: mov rcx, rdx
;;   30: jmp 0x19

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x20
;;   16: popcnt rax, rsi
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
;;   10: jb 0x2f
;;   16: mov rcx, 0xffffffffffffffff
;;   1d: bsr edx, esi
;;   20: cmove edx, ecx
;;   23: mov eax, 0x1f
;;   28: sub eax, edx
;;   2a: mov rsp, rbp
;;   2d: pop rbp
;;   2e: ret
;;   2f: mov rax, [rdi+0x10]
;;   33: mov rax, [rax]
;;   36: call rax
;;   38: jmp 0x16

;; func 4, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x1e
;;   16: movsxd rax, esi
;;   19: mov rsp, rbp
;;   1c: pop rbp
;;   1d: ret
;;   1e: mov r11, [rdi+0x10]
;;   22: mov r11, [r11]
;;   25: call r11
;;   28: jmp 0x16
