package org.jevent.internal.engine;

/**
 * Makes sure that the stack suffices for an operation before it begins. A callback may recurse
 * until the stack is full, and calls operations on the way. One that met the end of the stack
 * halfway would leave its structures half changed, and could not even unlock what it has locked.
 *
 * <p>Java cannot ask how much stack is left. But a method with a large frame needs that much when
 * it is entered, or a {@link StackOverflowError} is thrown there, where nothing has happened yet.
 * The methods here do nothing else. HotSpot's interpreter makes the frame. Its compilers, which
 * need none, have to be able to go back to the interpreter at the branch, and so touch the stack
 * where the frame would end: a call and a few instructions. The code behind the branch makes the
 * methods too large to be inlined. A caller would then need the whole reserve when it is entered,
 * be it in the middle of an operation that has a smaller one.
 *
 * <p>Compiled code touches whole pages: a frame of {@code n} pages and a bit is known to have
 * {@code n} pages. Operations use one another, and one that has its reserve must not fail at that
 * of an operation inside. So each size is a page of 4 KiB more than the one before, and an
 * operation's own need is 1 to 2 KiB. Where pages are larger, compiled code makes sure of less.
 */
@SuppressWarnings("UnusedVariable") // the variables are there to make the frames large
public final class StackReserve {
  /** Never true, which compilers do not know. */
  private static boolean fallBack;

  private StackReserve() {}

  /** 4 KiB: for an operation of the base that uses none with a reserve. */
  public static void small() {
    long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am;
    long an, ao, ap, aq, ar, as, at, au, av, aw, ax, ay, az, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
    long ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm, bn, bo, bp, bq, br, bs, bt, bu, bv, bw;
    long bx, by, bz, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ca, cb, cc, cd, ce, cf, cg, ch, ci, cj;
    long ck, cl, cm, cn, co, cp, cq, cr, cs, ct, cu, cv, cw, cx, cy, cz, d0, d1, d2, d3, d4, d5, d6;
    long d7, d8, d9, da, db, dc, dd, de, df, dg, dh, di, dj, dk, dl, dm, dn, dp, dq, dr, ds, dt, du;
    long dv, dw, dx, dy, dz, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, ea, eb, ec, ed, ee, ef, eg, eh;
    long ei, ej, ek, el, em, en, eo, ep, eq, er, es, et, eu, ev, ew, ex, ey, ez, f0, f1, f2, f3, f4;
    long f5, f6, f7, f8, f9, fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr;
    long fs, ft, fu, fv, fw, fx, fy, fz, g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, ga, gb, gc, gd, ge;
    long gf, gg, gh, gi, gj, gk, gl, gm, gn, go, gp, gq, gr, gs, gt, gu, gv, gw, gx, gy, gz, h0, h1;
    long h2, h3, h4, h5, h6, h7, h8, h9, ha, hb, hc;
    if (fallBack) {
      fd = fe = ff = fg = fh = fi = fj = fk = fl = fm = fn = fo = fp = fq = fr = fs = ft = fu = 0;
      fv = fw = fx = fy = fz = g0 = g1 = g2 = g3 = g4 = g5 = g6 = g7 = g8 = g9 = ga = gb = gc = 0;
      gd = ge = gf = gg = gh = gi = gj = gk = gl = gm = gn = go = gp = gq = gr = gs = gt = gu = 0;
      gv = gw = gx = gy = gz = h0 = h1 = h2 = h3 = h4 = h5 = h6 = h7 = h8 = h9 = ha = hb = hc = 0;
      throw new StackOverflowError();
    }
  }

  /** 8 KiB: for one that uses those with the small reserve, such as what locks a stream. */
  public static void medium() {
    long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am;
    long an, ao, ap, aq, ar, as, at, au, av, aw, ax, ay, az, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
    long ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm, bn, bo, bp, bq, br, bs, bt, bu, bv, bw;
    long bx, by, bz, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ca, cb, cc, cd, ce, cf, cg, ch, ci, cj;
    long ck, cl, cm, cn, co, cp, cq, cr, cs, ct, cu, cv, cw, cx, cy, cz, d0, d1, d2, d3, d4, d5, d6;
    long d7, d8, d9, da, db, dc, dd, de, df, dg, dh, di, dj, dk, dl, dm, dn, dp, dq, dr, ds, dt, du;
    long dv, dw, dx, dy, dz, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, ea, eb, ec, ed, ee, ef, eg, eh;
    long ei, ej, ek, el, em, en, eo, ep, eq, er, es, et, eu, ev, ew, ex, ey, ez, f0, f1, f2, f3, f4;
    long f5, f6, f7, f8, f9, fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr;
    long fs, ft, fu, fv, fw, fx, fy, fz, g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, ga, gb, gc, gd, ge;
    long gf, gg, gh, gi, gj, gk, gl, gm, gn, go, gp, gq, gr, gs, gt, gu, gv, gw, gx, gy, gz, h0, h1;
    long h2, h3, h4, h5, h6, h7, h8, h9, ha, hb, hc, hd, he, hf, hg, hh, hi, hj, hk, hl, hm, hn, ho;
    long hp, hq, hr, hs, ht, hu, hv, hw, hx, hy, hz, i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, ia, ib;
    long ic, id, ie, ig, ih, ii, ij, ik, il, im, in, io, ip, iq, ir, is, it, iu, iv, iw, ix, iy, iz;
    long j0, j1, j2, j3, j4, j5, j6, j7, j8, j9, ja, jb, jc, jd, je, jf, jg, jh, ji, jj, jk, jl, jm;
    long jn, jo, jp, jq, jr, js, jt, ju, jv, jw, jx, jy, jz, k0, k1, k2, k3, k4, k5, k6, k7, k8, k9;
    long ka, kb, kc, kd, ke, kf, kg, kh, ki, kj, kk, kl, km, kn, ko, kp, kq, kr, ks, kt, ku, kv, kw;
    long kx, ky, kz, l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, la, lb, lc, ld, le, lf, lg, lh, li, lj;
    long lk, ll, lm, ln, lo, lp, lq, lr, ls, lt, lu, lv, lw, lx, ly, lz, m0, m1, m2, m3, m4, m5, m6;
    long m7, m8, m9, ma, mb, mc, md, me, mf, mg, mh, mi, mj, mk, ml, mm, mn, mo, mp, mq, mr, ms, mt;
    long mu, mv, mw, mx, my, mz, n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, na, nb, nc, nd, ne, nf, ng;
    long nh, ni, nj, nk, nl, nm, nn, no, np, nq, nr, ns, nt, nu, nv, nw, nx, ny, nz, o0, o1, o2, o3;
    long o4, o5, o6, o7, o8, o9, oa, ob, oc, od, oe, of, og, oh;
    if (fallBack) {
      mi = mj = mk = ml = mm = mn = mo = mp = mq = mr = ms = mt = mu = mv = mw = mx = my = mz = 0;
      n0 = n1 = n2 = n3 = n4 = n5 = n6 = n7 = n8 = n9 = na = nb = nc = nd = ne = nf = ng = nh = 0;
      ni = nj = nk = nl = nm = nn = no = np = nq = nr = ns = nt = nu = nv = nw = nx = ny = nz = 0;
      o0 = o1 = o2 = o3 = o4 = o5 = o6 = o7 = o8 = o9 = oa = ob = oc = od = oe = of = og = oh = 0;
      throw new StackOverflowError();
    }
  }

  /** 12 KiB: for one that uses those with the medium reserve, such as one of a buffer. */
  public static void large() {
    long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am;
    long an, ao, ap, aq, ar, as, at, au, av, aw, ax, ay, az, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
    long ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm, bn, bo, bp, bq, br, bs, bt, bu, bv, bw;
    long bx, by, bz, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ca, cb, cc, cd, ce, cf, cg, ch, ci, cj;
    long ck, cl, cm, cn, co, cp, cq, cr, cs, ct, cu, cv, cw, cx, cy, cz, d0, d1, d2, d3, d4, d5, d6;
    long d7, d8, d9, da, db, dc, dd, de, df, dg, dh, di, dj, dk, dl, dm, dn, dp, dq, dr, ds, dt, du;
    long dv, dw, dx, dy, dz, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, ea, eb, ec, ed, ee, ef, eg, eh;
    long ei, ej, ek, el, em, en, eo, ep, eq, er, es, et, eu, ev, ew, ex, ey, ez, f0, f1, f2, f3, f4;
    long f5, f6, f7, f8, f9, fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr;
    long fs, ft, fu, fv, fw, fx, fy, fz, g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, ga, gb, gc, gd, ge;
    long gf, gg, gh, gi, gj, gk, gl, gm, gn, go, gp, gq, gr, gs, gt, gu, gv, gw, gx, gy, gz, h0, h1;
    long h2, h3, h4, h5, h6, h7, h8, h9, ha, hb, hc, hd, he, hf, hg, hh, hi, hj, hk, hl, hm, hn, ho;
    long hp, hq, hr, hs, ht, hu, hv, hw, hx, hy, hz, i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, ia, ib;
    long ic, id, ie, ig, ih, ii, ij, ik, il, im, in, io, ip, iq, ir, is, it, iu, iv, iw, ix, iy, iz;
    long j0, j1, j2, j3, j4, j5, j6, j7, j8, j9, ja, jb, jc, jd, je, jf, jg, jh, ji, jj, jk, jl, jm;
    long jn, jo, jp, jq, jr, js, jt, ju, jv, jw, jx, jy, jz, k0, k1, k2, k3, k4, k5, k6, k7, k8, k9;
    long ka, kb, kc, kd, ke, kf, kg, kh, ki, kj, kk, kl, km, kn, ko, kp, kq, kr, ks, kt, ku, kv, kw;
    long kx, ky, kz, l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, la, lb, lc, ld, le, lf, lg, lh, li, lj;
    long lk, ll, lm, ln, lo, lp, lq, lr, ls, lt, lu, lv, lw, lx, ly, lz, m0, m1, m2, m3, m4, m5, m6;
    long m7, m8, m9, ma, mb, mc, md, me, mf, mg, mh, mi, mj, mk, ml, mm, mn, mo, mp, mq, mr, ms, mt;
    long mu, mv, mw, mx, my, mz, n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, na, nb, nc, nd, ne, nf, ng;
    long nh, ni, nj, nk, nl, nm, nn, no, np, nq, nr, ns, nt, nu, nv, nw, nx, ny, nz, o0, o1, o2, o3;
    long o4, o5, o6, o7, o8, o9, oa, ob, oc, od, oe, of, og, oh, oi, oj, ok, ol, om, on, oo, op, oq;
    long or, os, ot, ou, ov, ow, ox, oy, oz, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd;
    long pe, pf, pg, ph, pi, pj, pk, pl, pm, pn, po, pp, pq, pr, ps, pt, pu, pv, pw, px, py, pz, q0;
    long q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf, qg, qh, qi, qj, qk, ql, qm, qn;
    long qo, qp, qq, qr, qs, qt, qu, qv, qw, qx, qy, qz, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, ra;
    long rb, rc, rd, re, rf, rg, rh, ri, rj, rk, rl, rm, rn, ro, rp, rq, rr, rs, rt, ru, rv, rw, rx;
    long ry, rz, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf, sg, sh, si, sj, sk;
    long sl, sm, sn, so, sp, sq, sr, ss, st, su, sv, sw, sx, sy, sz, t0, t1, t2, t3, t4, t5, t6, t7;
    long t8, t9, ta, tb, tc, td, te, tf, tg, th, ti, tj, tk, tl, tm, tn, to, tp, tq, tr, ts, tt, tu;
    long tv, tw, tx, ty, tz, u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, ua, ub, uc, ud, ue, uf, ug, uh;
    long ui, uj, uk, ul, um, un, uo, up, uq, ur, us, ut, uu, uv, uw, ux, uy, uz, v0, v1, v2, v3, v4;
    long v5, v6, v7, v8, v9, va, vb, vc, vd, ve, vf, vg, vh, vi, vj, vk, vl;
    if (fallBack) {
      tm = tn = to = tp = tq = tr = ts = tt = tu = tv = tw = tx = ty = tz = u0 = u1 = u2 = u3 = 0;
      u4 = u5 = u6 = u7 = u8 = u9 = ua = ub = uc = ud = ue = uf = ug = uh = ui = uj = uk = ul = 0;
      um = un = uo = up = uq = ur = us = ut = uu = uv = uw = ux = uy = uz = v0 = v1 = v2 = v3 = 0;
      v4 = v5 = v6 = v7 = v8 = v9 = va = vb = vc = vd = ve = vf = vg = vh = vi = vj = vk = vl = 0;
      throw new StackOverflowError();
    }
  }

  /** 16 KiB: for one that uses all of them: of a stream, or the loop itself. */
  public static void largest() {
    long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am;
    long an, ao, ap, aq, ar, as, at, au, av, aw, ax, ay, az, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
    long ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm, bn, bo, bp, bq, br, bs, bt, bu, bv, bw;
    long bx, by, bz, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ca, cb, cc, cd, ce, cf, cg, ch, ci, cj;
    long ck, cl, cm, cn, co, cp, cq, cr, cs, ct, cu, cv, cw, cx, cy, cz, d0, d1, d2, d3, d4, d5, d6;
    long d7, d8, d9, da, db, dc, dd, de, df, dg, dh, di, dj, dk, dl, dm, dn, dp, dq, dr, ds, dt, du;
    long dv, dw, dx, dy, dz, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, ea, eb, ec, ed, ee, ef, eg, eh;
    long ei, ej, ek, el, em, en, eo, ep, eq, er, es, et, eu, ev, ew, ex, ey, ez, f0, f1, f2, f3, f4;
    long f5, f6, f7, f8, f9, fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr;
    long fs, ft, fu, fv, fw, fx, fy, fz, g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, ga, gb, gc, gd, ge;
    long gf, gg, gh, gi, gj, gk, gl, gm, gn, go, gp, gq, gr, gs, gt, gu, gv, gw, gx, gy, gz, h0, h1;
    long h2, h3, h4, h5, h6, h7, h8, h9, ha, hb, hc, hd, he, hf, hg, hh, hi, hj, hk, hl, hm, hn, ho;
    long hp, hq, hr, hs, ht, hu, hv, hw, hx, hy, hz, i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, ia, ib;
    long ic, id, ie, ig, ih, ii, ij, ik, il, im, in, io, ip, iq, ir, is, it, iu, iv, iw, ix, iy, iz;
    long j0, j1, j2, j3, j4, j5, j6, j7, j8, j9, ja, jb, jc, jd, je, jf, jg, jh, ji, jj, jk, jl, jm;
    long jn, jo, jp, jq, jr, js, jt, ju, jv, jw, jx, jy, jz, k0, k1, k2, k3, k4, k5, k6, k7, k8, k9;
    long ka, kb, kc, kd, ke, kf, kg, kh, ki, kj, kk, kl, km, kn, ko, kp, kq, kr, ks, kt, ku, kv, kw;
    long kx, ky, kz, l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, la, lb, lc, ld, le, lf, lg, lh, li, lj;
    long lk, ll, lm, ln, lo, lp, lq, lr, ls, lt, lu, lv, lw, lx, ly, lz, m0, m1, m2, m3, m4, m5, m6;
    long m7, m8, m9, ma, mb, mc, md, me, mf, mg, mh, mi, mj, mk, ml, mm, mn, mo, mp, mq, mr, ms, mt;
    long mu, mv, mw, mx, my, mz, n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, na, nb, nc, nd, ne, nf, ng;
    long nh, ni, nj, nk, nl, nm, nn, no, np, nq, nr, ns, nt, nu, nv, nw, nx, ny, nz, o0, o1, o2, o3;
    long o4, o5, o6, o7, o8, o9, oa, ob, oc, od, oe, of, og, oh, oi, oj, ok, ol, om, on, oo, op, oq;
    long or, os, ot, ou, ov, ow, ox, oy, oz, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd;
    long pe, pf, pg, ph, pi, pj, pk, pl, pm, pn, po, pp, pq, pr, ps, pt, pu, pv, pw, px, py, pz, q0;
    long q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf, qg, qh, qi, qj, qk, ql, qm, qn;
    long qo, qp, qq, qr, qs, qt, qu, qv, qw, qx, qy, qz, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, ra;
    long rb, rc, rd, re, rf, rg, rh, ri, rj, rk, rl, rm, rn, ro, rp, rq, rr, rs, rt, ru, rv, rw, rx;
    long ry, rz, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf, sg, sh, si, sj, sk;
    long sl, sm, sn, so, sp, sq, sr, ss, st, su, sv, sw, sx, sy, sz, t0, t1, t2, t3, t4, t5, t6, t7;
    long t8, t9, ta, tb, tc, td, te, tf, tg, th, ti, tj, tk, tl, tm, tn, to, tp, tq, tr, ts, tt, tu;
    long tv, tw, tx, ty, tz, u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, ua, ub, uc, ud, ue, uf, ug, uh;
    long ui, uj, uk, ul, um, un, uo, up, uq, ur, us, ut, uu, uv, uw, ux, uy, uz, v0, v1, v2, v3, v4;
    long v5, v6, v7, v8, v9, va, vb, vc, vd, ve, vf, vg, vh, vi, vj, vk, vl, vm, vn, vo, vp, vq, vr;
    long vs, vt, vu, vv, vw, vx, vy, vz, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, wa, wb, wc, wd, we;
    long wf, wg, wh, wi, wj, wk, wl, wm, wn, wo, wp, wq, wr, ws, wt, wu, wv, ww, wx, wy, wz, x0, x1;
    long x2, x3, x4, x5, x6, x7, x8, x9, xa, xb, xc, xd, xe, xf, xg, xh, xi, xj, xk, xl, xm, xn, xo;
    long xp, xq, xr, xs, xt, xu, xv, xw, xx, xy, xz, y0, y1, y2, y3, y4, y5, y6, y7, y8, y9, ya, yb;
    long yc, yd, ye, yf, yg, yh, yi, yj, yk, yl, ym, yn, yo, yp, yq, yr, ys, yt, yu, yv, yw, yx, yy;
    long yz, z0, z1, z2, z3, z4, z5, z6, z7, z8, z9, za, zb, zc, zd, ze, zf, zg, zh, zi, zj, zk, zl;
    long zm, zn, zo, zp, zq, zr, zs, zt, zu, zv, zw, zx, zy, zz, a00, a01, a02, a03, a04, a05, a06;
    long a07, a08, a09, a0a, a0b, a0c, a0d, a0e, a0f, a0g, a0h, a0i, a0j, a0k, a0l, a0m, a0n, a0o;
    long a0p, a0q, a0r, a0s, a0t, a0u, a0v, a0w, a0x, a0y, a0z, a10, a11, a12, a13, a14, a15, a16;
    long a17, a18, a19, a1a, a1b, a1c, a1d, a1e, a1f, a1g, a1h, a1i, a1j, a1k, a1l, a1m, a1n, a1o;
    long a1p, a1q, a1r, a1s, a1t, a1u, a1v, a1w, a1x, a1y, a1z, a20, a21, a22, a23, a24, a25, a26;
    long a27, a28, a29, a2a, a2b, a2c, a2d, a2e, a2f, a2g, a2h, a2i, a2j, a2k, a2l, a2m, a2n, a2o;
    long a2p;
    if (fallBack) {
      a0q =
          a0r =
              a0s =
                  a0t =
                      a0u =
                          a0v =
                              a0w =
                                  a0x =
                                      a0y = a0z = a10 = a11 = a12 = a13 = a14 = a15 = a16 = a17 = 0;
      a18 =
          a19 =
              a1a =
                  a1b =
                      a1c =
                          a1d =
                              a1e =
                                  a1f =
                                      a1g = a1h = a1i = a1j = a1k = a1l = a1m = a1n = a1o = a1p = 0;
      a1q =
          a1r =
              a1s =
                  a1t =
                      a1u =
                          a1v =
                              a1w =
                                  a1x =
                                      a1y = a1z = a20 = a21 = a22 = a23 = a24 = a25 = a26 = a27 = 0;
      a28 =
          a29 =
              a2a =
                  a2b =
                      a2c =
                          a2d =
                              a2e =
                                  a2f =
                                      a2g = a2h = a2i = a2j = a2k = a2l = a2m = a2n = a2o = a2p = 0;
      throw new StackOverflowError();
    }
  }
}
