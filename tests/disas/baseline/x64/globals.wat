(module
  (import "m" "g" (global $imported (mut i32)))
  (global $sp (mut i32) (i32.const 0))
  (func (result i32)
    (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))
    (global.set $imported (global.get $sp))
    (global.get $imported)))

;; func 0, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: mov eax, [r14+0x50]
;;   14: add eax, 0xfffffff0
;;   17: mov [r14+0x50], eax
;;   1b: mov eax, [r14+0x50]
;;   1f: mov r11, [r14+0x60]
;;   23: mov [r11], eax
;;   26: mov r11, [r14+0x60]
;;   2a: mov eax, [r11]
;;   2d: sub dword ptr [r14+0x40], 1
;;   32: js 0x3e
;;   38: mov r14, [rbp-8]
;;   3c: leave
;;   3d: ret
;;   3e: push 0xffffffffffffffff
;;   40: mov r11d, 0
;;   46: call qword ptr [r14+0x48]
;;   4a: jmp 0x38
