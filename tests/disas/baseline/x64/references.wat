(module
  (import "m" "f" (func $f (param externref)))
  (global $g (mut externref) (ref.null extern))
  (func (param externref) (local externref)
    (local.set 1 (global.get $g))
    (call $f (local.get 0))
    (call $f (local.get 1))
    (global.set $g (local.get 0))))

;; func 0, frame of 32 bytes
;;    2: push rbp
;;    3: mov rbp, rsp
;;    6: sub rsp, 0x20
;;    a: mov [rbp-0x18], r14
;;    e: mov r14, rdi
;;   11: mov [rbp-8], esi
;;   14: xorps xmm15, xmm15
;;   18: movsd [rbp-0x10], xmm15
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov eax, [r14+0x50]
;;   34: mov [rbp-0x10], eax
;;   37: mov esi, [rbp-8]
;;   3a: mov rdi, [r14+0x68]
;;   3e: mov r11, [r14+0x78]
;;   42: call qword ptr [r11]  ; references at sp+[24, 16]
;;   45: mov esi, [rbp-0x10]
;;   48: mov rdi, [r14+0x68]
;;   4c: mov r11, [r14+0x78]
;;   50: call qword ptr [r11]  ; references at sp+[24, 16]
;;   53: mov eax, [rbp-8]
;;   56: mov [r14+0x50], eax
;;   5a: sub dword ptr [r14+0x40], 2
;;   5f: js 0x6b
;;   65: mov r14, [rbp-0x18]
;;   69: leave
;;   6a: ret
;;   6b: push 0xffffffffffffffff
;;   6d: mov r11d, 0
;;   73: call qword ptr [r14+0x48]
;;   77: jmp 0x65
